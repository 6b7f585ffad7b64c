"""How a process that imports divides its time: between its threads, and with the garbage collector."""

import gc
import sys

TURN_SECONDS = 0.00005
YOUNG_OBJECTS = 50_000


def quicken() -> None:
    """Set this process to imports, for as long as it lives.

    Whoever sends to the database must not wait the usual five milliseconds for their turn at every step of a statement,
    or the database waits as well: a batch took twice as long. And thousands of young objects are a batch, not garbage:
    looking them over every seven hundred took an eighth of the time of an import.
    """
    sys.setswitchinterval(TURN_SECONDS)
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
