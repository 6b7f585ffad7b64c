"""Checks the chain: every event by itself, by the one before it, by its stream's head and by what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from tenants.models import Organization
from tenants.scope import reading
from timeline.bodies import PERSONAL_MARK, commitment_of
from timeline.links import COLUMNS, GENESIS, Link, hash_of
from timeline.registry import witnesses

BATCH = 2000
Place = tuple[UUID, int]  # a stream and the number of an event in it
BEFORE_ALL = -(2**63)  # no event has such a number, but somebody may have slipped one in
MINE = "current_setting('casefy.organization')::uuid"


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


def verify(stream_id: UUID | None = None) -> Verdict:
    """Check every stream of the organization in scope, or one; name the first broken event of each.

    Found are edits, deletions (also of the last events), insertions, swaps, and bodies that do not
    match. Reads in batches, each a short transaction of its own: memory does not grow with the
    timeline, and what is appended meanwhile is no fault.
    """
    walk = _Walk()
    for piece in _pieces(stream_id):
        walk.step(piece)
    return walk.end(stream_id)


def verify_on(after: Place | None = None, *, most: int) -> tuple[Verdict, Place | None]:
    """Check at most `most` events of the organization in scope, those behind `after`; say where to go on.

    The last of the steps, after which there is nowhere to go on, also looks for streams and events that are
    gone altogether. A stream that reaches over the end of a step is counted in the step it begins in.
    """
    walk = _Walk()
    for piece in _pieces(None, after):
        if walk.at is None and (piece.link.stream_id, piece.link.seq) == after:
            walk.at = piece  # judged by the step before; what follows is chained to it
        elif walk.at and walk.events == most:
            return walk.verdict(), (walk.at.link.stream_id, walk.at.link.seq)
        else:
            walk.step(piece)
    return walk.end(None), None


class _Walk:
    """Goes along the events in the order of their streams, and remembers the last one alone."""

    def __init__(self) -> None:
        self.streams = self.events = 0
        self.broken: dict[UUID, Broken] = {}
        self.at: _Piece | None = None

    def step(self, piece: "_Piece") -> None:
        """Judge one event by itself and by the one before it."""
        link = piece.link
        if self.at is None or self.at.link.stream_id != link.stream_id:
            self.leave_stream()
            self.streams, self.at = self.streams + 1, None
        self.events += 1
        seq, hash_ = (self.at.link.seq, self.at.link.hash) if self.at else (0, GENESIS)
        if link.seq != seq + 1:
            self._say(link.stream_id, seq + 1, "it is missing")
        elif what := _fault(link, hash_) or _body_fault(piece):
            self._say(link.stream_id, link.seq, what)
        self.at = piece

    def leave_stream(self) -> None:
        """Compare the last event of a stream with the stream's head."""
        if self.at is None:
            return
        link, head_seq, head_hash = self.at.link, self.at.head_seq, self.at.head_hash
        if head_seq is None:
            self._say(link.stream_id, 1, "the stream has no head")
        elif head_seq > link.seq:
            self._say(link.stream_id, link.seq + 1, "it is missing")
        elif (head_seq, head_hash) != (link.seq, link.hash):
            self._say(link.stream_id, link.seq, "the stream's head does not know it")

    def end(self, stream_id: UUID | None) -> Verdict:
        """Leave the last stream, look for what is gone altogether, and sum up."""
        self.leave_stream()
        for missing in _unheard(stream_id):
            self.streams += 1
            self.broken.setdefault(missing.stream_id, missing)
        for short in _contradicted(stream_id):
            self.broken.setdefault(short.stream_id, short)
        return self.verdict()

    def verdict(self) -> Verdict:
        """Sum up what was found so far."""
        return Verdict(self.streams, self.events, tuple(self.broken.values()))

    def _say(self, stream_id: UUID, seq: int, what: str) -> None:
        self.broken.setdefault(stream_id, Broken(stream_id, seq, what))


def _fault(link: Link, hash_before: bytes) -> str:
    if link.prev_hash != hash_before:
        return "it does not follow the event before it"
    if link.hash != hash_of(link):
        return "its columns were changed"
    return ""


def _body_fault(piece: "_Piece") -> str:
    if not piece.has_body:
        return "its body is gone"
    if piece.body is None:  # erased: the commitment stands for it
        return "" if piece.salt is None and piece.personal is None else "it is erased by half"
    if piece.salt is None or commitment_of(piece.salt, piece.body) != piece.link.commitment:
        return "its body was changed"
    try:
        is_sound = all(
            _mark_of(salt, value) == mark and f'{{"{PERSONAL_MARK}":"{mark}"}}' in piece.body
            for mark, (salt, value) in orjson.loads(piece.personal or "{}").items()
        )
    except (ValueError, TypeError, AttributeError):
        is_sound = False  # not even the shape it was written in
    return "" if is_sound else "a personal value in it was changed"


def _mark_of(salt: str, value: Any) -> str:
    return sha256(bytes.fromhex(salt) + orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class _Piece:
    """One event as it is read: its link, its body, and the head of its stream at that moment."""

    link: Link
    head_seq: int | None
    head_hash: bytes | None
    has_body: bool
    salt: bytes | None
    body: str | None
    personal: str | None


_READ = f"""
SELECT {", ".join(f"e.{name}" for name in COLUMNS)},
       s.seq, s.hash, b.id IS NOT NULL, b.salt, b.body, b.personal
  FROM timeline_event e
  LEFT JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id
  LEFT JOIN timeline_stream s ON s.organization_id = e.organization_id AND s.id = e.stream_id
 WHERE e.organization_id = {MINE} AND (e.stream_id, e.seq) >= (%s, %s) AND (%s::uuid IS NULL OR e.stream_id = %s)
 ORDER BY e.stream_id, e.seq LIMIT %s
"""


def _pieces(stream_id: UUID | None, after: Place | None = None) -> Iterator[_Piece]:
    after = after or (stream_id or UUID(int=0), BEFORE_ALL)
    while True:
        with reading(), connection.cursor() as cursor:
            cursor.execute(_READ, [*after, stream_id, stream_id, BATCH])
            rows = cursor.fetchall()
        for row in rows:
            *columns, head_seq, head_hash, has_body, salt, body, personal = row
            link = Link(*columns[:-3], *map(bytes, columns[-3:]))
            yield _Piece(link, head_seq, _bytes(head_hash), has_body, _bytes(salt), body, personal)
        if len(rows) < BATCH:
            return
        after = (link.stream_id, link.seq + 1)


def _unheard(stream_id: UUID | None) -> list[Broken]:
    """Return the streams that have a head and no event at all."""
    with reading(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id FROM timeline_stream s WHERE s.organization_id = {MINE} AND (%s::uuid IS NULL OR s.id = %s) "
            "AND s.seq > 0 AND NOT EXISTS (SELECT 1 FROM timeline_event e "
            "WHERE e.organization_id = s.organization_id AND e.stream_id = s.id) ORDER BY s.id",
            [stream_id, stream_id],
        )
        return [Broken(row[0], 1, "it is missing") for row in cursor.fetchall()]


def _contradicted(stream_id: UUID | None) -> Iterator[Broken]:
    """Return the streams whose row counts more events, or fewer, than their head."""
    for model in witnesses.values():
        table = connection.ops.quote_name(model._meta.db_table)
        tenant = "id" if model is Organization else "organization_id"
        with reading(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT w.id, w.version, coalesce(s.seq, 0) FROM {table} w LEFT JOIN timeline_stream s "
                f"ON s.organization_id = w.{tenant} AND s.id = w.id "
                f"WHERE w.{tenant} = {MINE} AND (%s::uuid IS NULL OR w.id = %s) "
                "AND w.version IS DISTINCT FROM coalesce(s.seq, 0) ORDER BY w.id",
                [stream_id, stream_id],
            )
            rows = cursor.fetchall()
        for id_, version, seq in rows:
            what = "it is missing" if version > seq else "the row it is about does not know it"
            yield Broken(id_, min(version, seq) + 1, what)


def _bytes(given: Any) -> bytes | None:
    return None if given is None else bytes(given)
