"""Brings in the event logs that wait: those of different organizations beside each other, in one process."""

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from uuid import UUID

import structlog
from django.db import connection

from cases.logs.keeping import Claim, claim, due
from cases.logs.running import carry_on

log = structlog.get_logger(__name__)

AT_ONCE = 4
LOOK_AGAIN = 1.0  # seconds after which an import that came meanwhile is found, while others run


def bring_in_due() -> int:
    """Work on imports until none is due; return how many were worked on. Safe beside itself: each has a lease.

    Each has a thread and commits batch by batch, so that a small one is not kept waiting by a large one of somebody
    else. Whichever process begins takes all: the other children of the worker stay free for their own work.
    """
    running: dict[Future[None], UUID] = {}
    worked = 0
    with ThreadPoolExecutor(AT_ONCE, "import") as threads:
        while True:
            while len(running) < AT_ONCE and (held := _next(running.values())) is not None:
                running[threads.submit(_carry_on, held)] = held.log.id
                worked += 1
            if not running:
                return worked
            done, _ = wait(running, LOOK_AGAIN, FIRST_COMPLETED)
            for ended in done:
                del running[ended]


def _next(mine: Collection[UUID]) -> Claim | None:
    found = due(mine)
    return claim(*found) if found is not None else None


def _carry_on(held: Claim) -> None:
    try:
        carry_on(held)
    except Exception:
        # Its lease ends by itself, then it is tried again; the others go on.
        log.exception("import.broke", import_id=str(held.log.id))
    finally:
        connection.close()
