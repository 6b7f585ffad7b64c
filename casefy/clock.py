"""The time acts go by: now, unless a story from the past is being told.

Acts put it into `occurred_at`; `recorded_at` is always the database's own clock, so telling a
past is never hidden.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the instant at which what is being done happens in the world, in UTC."""
    return _told.get() or timezone.now()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let what is done inside have happened at `instant`."""
    token = _told.set(instant)
    try:
        yield
    finally:
        _told.reset(token)
