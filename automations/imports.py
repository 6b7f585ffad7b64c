"""Brings in the event logs that wait, one after the other."""

from cases.logs.keeping import due
from cases.logs.running import work_on


def bring_in_due() -> int:
    """Work on imports until none is due; return how many were worked on. Safe beside itself: each has a lease."""
    worked = 0
    while (found := due()) is not None and work_on(*found):
        worked += 1
    return worked
