"""Noting that a token is in use: now and then, since a minute's precision is not worth a command per request."""

import time
from uuid import UUID

from tenants import token_use
from tenants.entering import Entry

EVERY = 10.0  # seconds, of one token and process
MOST = 4096  # tokens remembered

_noted: dict[UUID, float] = {}


def note_use(entry: Entry) -> None:
    """Note the use of the caller's token, unless this process did a moment ago."""
    if entry.token_id is None:
        return
    at = time.monotonic()
    if at - _noted.get(entry.token_id, -EVERY) < EVERY:
        return
    if len(_noted) >= MOST:
        _noted.clear()
    _noted[entry.token_id] = at
    token_use.note(entry.organization_id, entry.token_id)
