"""Checks the chain: the same bytes as the notary's, computed again in Python.

The format is frozen in docs/timeline-format.md, with test vectors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from timeline.bodies import PERSONAL_MARK, commitment_of

MAGIC = b"CFY1\n"
GENESIS = bytes(32)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
BATCH = 2000

_COLUMNS = (
    "organization_id, stream_id, seq, id, occurred_at, recorded_at, actor_id, on_behalf_of, "
    "template_version_id, caused_by, correlation_id, depth, is_imported, stream_kind, type, actor_kind, "
    "commitment, prev_hash, hash"
)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event of a stream that does not verify, and what is wrong with it."""

    stream_id: UUID
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how much was read, and the first broken event of each broken stream."""

    streams: int
    events: int
    broken: tuple[Broken, ...]


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


def verify(stream_id: UUID | None = None) -> Verdict:
    """Check every stream of the organization in scope, or one; name the first broken event of each.

    Found are edits, deletions (also of the last events), insertions, swaps, and bodies that do
    not match. Reads in batches: memory does not grow with the timeline.
    """
    heads = _heads(stream_id)
    broken: dict[UUID, Broken] = {}
    last: tuple[UUID | None, int, bytes] = (None, 0, GENESIS)
    seen: dict[UUID, tuple[int, bytes]] = {}
    events = 0
    for link, salt, body, personal in _links(stream_id):
        events += 1
        if link.stream_id != last[0]:
            last = (link.stream_id, 0, GENESIS)
        what = _fault(link, last[1], last[2]) or _body_fault(link, salt, body, personal)
        if what and link.stream_id not in broken:
            broken[link.stream_id] = Broken(link.stream_id, link.seq, what)
        last = (link.stream_id, link.seq, link.hash)
        seen[link.stream_id] = (link.seq, link.hash)
    for stream, (seq, hash_) in heads.items():
        if stream not in broken and seen.get(stream, (0, GENESIS)) != (seq, hash_):
            broken[stream] = Broken(stream, seen.get(stream, (0, b""))[0] + 1, f"the head says {seq} events")
    for stream in seen.keys() - heads.keys():
        broken.setdefault(stream, Broken(stream, 1, "the stream has no head"))
    return Verdict(len(heads.keys() | seen.keys()), events, tuple(broken.values()))


def _fault(link: Link, seq: int, hash_: bytes) -> str:
    if link.seq != seq + 1:
        return f"event {seq + 1} is missing"
    if link.prev_hash != hash_:
        return "it does not follow the event before it"
    if link.hash != hash_of(link):
        return "its columns were changed"
    return ""


def _body_fault(link: Link, salt: bytes | None, body: str | None, personal: str | None) -> str:
    if body is None or salt is None:
        return ""  # erased: the commitment stands for it
    if commitment_of(salt, body) != link.commitment:
        return "its body was changed"
    for mark, (personal_salt, value) in orjson.loads(personal or "{}").items():
        expected = sha256(bytes.fromhex(personal_salt) + orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        if expected.hexdigest() != mark or f'{{"{PERSONAL_MARK}":"{mark}"}}' not in body:
            return "a personal value in it was changed"
    return ""


def _heads(stream_id: UUID | None) -> dict[UUID, tuple[int, bytes]]:
    where, parameters = ("WHERE id = %s", [stream_id]) if stream_id else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, seq, hash FROM timeline_stream {where}", parameters)
        return {row[0]: (row[1], bytes(row[2])) for row in cursor.fetchall()}


def _links(stream_id: UUID | None) -> Iterator[tuple[Link, bytes | None, str | None, str | None]]:
    where = "e.stream_id = %s AND " if stream_id else ""
    columns = ", ".join(f"e.{name.strip()}" for name in _COLUMNS.split(","))
    after: tuple[UUID, int] = (UUID(int=0), 0)
    while True:
        parameters: list[Any] = [stream_id] if stream_id else []
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns}, b.salt, b.body, b.personal FROM timeline_event e "
                "LEFT JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id "
                f"WHERE {where} e.organization_id = current_setting('casefy.organization')::uuid "
                "AND (e.stream_id, e.seq) > (%s, %s) ORDER BY e.stream_id, e.seq LIMIT %s",
                [*parameters, *after, BATCH],
            )
            rows = cursor.fetchall()
        for row in rows:
            hashes = [bytes(column) for column in row[-6:-3]]
            salt, body, personal = row[-3:]
            link = Link(*row[:-6], *hashes)
            yield link, bytes(salt) if salt is not None else None, body, personal
        if len(rows) < BATCH:
            return
        after = (link.stream_id, link.seq)


def _microseconds(at: datetime) -> int:
    delta = at - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _uuid0(given: UUID | None) -> bytes:
    return given.bytes if given else bytes(16)


def _lp(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">i", len(data)) + data
