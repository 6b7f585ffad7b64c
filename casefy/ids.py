"""Primary keys: UUIDv7, made in Python, so that ids sort by the time of their making."""

import os
from datetime import datetime
from uuid import UUID

import uuid_utils.compat


def new_id(at: datetime | None = None) -> UUID:
    """Return a fresh UUIDv7 (RFC 9562, section 5.7) for now, or for the instant `at`.

    Imported things take the instant they happened at, so that "newest first" means the same for
    them as for everything else. Instants before 1970 get the lowest timestamp there is.
    """
    if at is None:
        return uuid_utils.compat.uuid7()
    milliseconds = max(0, int(at.timestamp() * 1000))
    value = int.from_bytes(milliseconds.to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
