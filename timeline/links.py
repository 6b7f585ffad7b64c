"""One link of the chain: the bytes that are hashed, the same as the notary's, computed again in Python.

The format is frozen in docs/timeline-format.md, with test vectors.
"""

import struct
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

MAGIC = b"CFY1\n"
GENESIS = bytes(32)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """The columns of an event that are hashed, in the order of the format."""

    organization_id: UUID
    stream_id: UUID
    seq: int
    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID | None
    on_behalf_of: UUID | None
    template_version_id: UUID | None
    caused_by: UUID | None
    correlation_id: UUID | None
    depth: int
    is_imported: bool
    stream_kind: str
    type: str
    actor_kind: str
    commitment: bytes
    prev_hash: bytes
    hash: bytes


COLUMNS = tuple(field.name for field in fields(Link))


def hash_of(link: Link) -> bytes:
    """Return the SHA-256 an event must have, over the frozen byte format CFY1."""
    return sha256(
        MAGIC
        + link.prev_hash
        + link.organization_id.bytes
        + link.stream_id.bytes
        + struct.pack(">q", link.seq)
        + link.id.bytes
        + struct.pack(">qq", _microseconds(link.occurred_at), _microseconds(link.recorded_at))
        + _uuid0(link.actor_id)
        + _uuid0(link.on_behalf_of)
        + _uuid0(link.template_version_id)
        + _uuid0(link.caused_by)
        + _uuid0(link.correlation_id)
        + struct.pack(">h?", link.depth, link.is_imported)
        + _lp(link.stream_kind)
        + _lp(link.type)
        + _lp(link.actor_kind)
        + link.commitment
    ).digest()


def _microseconds(at: datetime) -> int:
    delta = at - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _uuid0(given: UUID | None) -> bytes:
    return given.bytes if given else bytes(16)


def _lp(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">i", len(data)) + data
