"""Keeps carrying while there is something to carry."""

import time

from casefy.doorbell import ring
from timeline.record import RELAY
from timeline.relay import carry

TURN = 20.0  # seconds; a worker that is told to stop waits no longer than for this


def carry_on(seconds: float = TURN) -> int:
    """Carry what is owed until nothing is due, or the turn is over; return how many events were delivered.

    What is left then is rung for again, so that other work in the queue gets its turn.
    """
    end, delivered = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        now_done = carry()
        if not now_done:
            return delivered
        delivered += now_done
    ring(RELAY)
    return delivered
