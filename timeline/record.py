"""The only door into the timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db import connection, transaction

from casefy.announce import announce
from casefy.doorbell import ring
from casefy.ids import new_id
from tenants.actor import Actor
from tenants.postgres.many import in_common
from tenants.postgres.prepared import prepared
from timeline.bodies import seal
from timeline.registry import Fact, event_types, interested_in

RELAY = "automations.tasks.relay"  # the bell that is rung when something is owed

COLUMNS = (
    "id, organization_id, stream_kind, stream_id, type, actor_kind, actor_id, on_behalf_of, occurred_at, "
    "template_version_id, caused_by, correlation_id, depth, is_imported, salt, body, personal"
)
APPEND = f"""
e AS (
  INSERT INTO timeline_event ({COLUMNS}) VALUES ({", ".join(["%s"] * 17)})
  RETURNING id, organization_id, stream_id, seq, recorded_at),
o AS (
  INSERT INTO timeline_delivery
    (id, organization_id, event_id, stream_id, seq, subscriber, attempts, due_at, error, created_at)
  SELECT gen_random_uuid(), e.organization_id, e.id, e.stream_id, e.seq, s.name, 0, now(), '', now()
  FROM e, json_array_elements_text(%s::json) AS s(name)),
f AS (
  INSERT INTO timeline_fieldmention (organization_id, stream_id, field, seq)
  SELECT e.organization_id, e.stream_id, c.key, e.seq FROM e, json_array_elements_text(%s::json) AS c(key))
SELECT seq, recorded_at, {{written}} FROM e
"""

MENTION = """
INSERT INTO timeline_fieldmention (organization_id, stream_id, field, seq)
SELECT e.organization_id, e.stream_id, f.field, e.seq
  FROM json_to_recordset(%s::json) AS m(event uuid, fields json) JOIN timeline_event e ON e.id = m.event,
       json_array_elements_text(m.fields) AS f(field)
"""

NOTHING = "[]"

APPEND_MANY = "SELECT notary.append_many(%s::uuid[], %s::text[], %s::json, %s::json)"

_NAMES = COLUMNS.replace("stream_id", "stream").split(", ")  # its place among the streams
_SALT, _KIND, _STREAM = (_NAMES.index(name) for name in ("salt", "stream_kind", "stream"))


@dataclass(frozen=True, slots=True)
class Writing:
    """An INSERT or UPDATE that makes a fact true, and its values: sent with the fact, in one statement."""

    sql: str
    values: Sequence[Any]


class HasStream(Protocol):
    """Something the timeline can be about."""

    @property
    def stream(self) -> tuple[str, UUID]:
        """Return the kind of stream and the id of the thing."""
        ...

    @property
    def template_version_id(self) -> UUID | None:
        """Return the version of the template in force, for what has one."""
        ...

    @property
    def heard_by(self) -> tuple[str, ...]:
        """Return whose open screens may be told, in the names of casefy/announce.py."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the notary answered: the event's place in its stream and when it was written down."""

    id: UUID
    seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be recorded, for `record_many`."""

    fact: Fact
    about: HasStream
    by: Actor
    occurred_at: datetime | None = None
    reason: str = ""
    is_imported: bool = False


def record(
    fact: Fact,
    *,
    by: Actor,
    about: HasStream,
    occurred_at: datetime | None = None,
    reason: str = "",
    writing: Sequence[Writing] = (),
) -> Recorded:
    """Append a fact to a stream's timeline and owe it to every interested subscriber: one statement.

    What is `writing` is written by the same statement: the whole change in one round trip. None of it sees another.
    The caller is in the transaction of the change itself and holds the row the stream is about.
    Raises RuntimeError outside a transaction or where one of `writing` finds no row, TypeError for a fact nobody
    registered.
    """
    _must_be_in_transaction()
    subscribers = interested_in(fact.type)
    recorded = _append(Entry(fact, about, by, occurred_at, reason), subscribers, writing)
    _tell_after_commit(fact, by, about, recorded.seq)
    if subscribers:
        transaction.on_commit(partial(ring, RELAY), robust=True)
    return recorded


def _append(entry: Entry, subscribers: Iterable[str] = (), writing: Sequence[Writing] = ()) -> Recorded:
    row = [*_row(entry), _listed(subscribers), _listed(entry.fact.fields_changed())]
    values = [*chain.from_iterable(each.values for each in writing), *row]
    with prepared() as cursor:
        cursor.execute(_statement(writing), values)
        seq, recorded_at, is_written = cursor.fetchone()
    if not is_written:
        raise RuntimeError(f"{entry.fact.type}: a row that is held was not there to be written.")
    return Recorded(row[0], seq, recorded_at)


def _statement(writing: Sequence[Writing]) -> str:
    parts = "".join(f"w{at} AS ({each.sql} RETURNING 1), " for at, each in enumerate(writing))
    written = " AND ".join(("true", *(f"EXISTS (SELECT FROM w{at})" for at in range(len(writing)))))
    return f"WITH {parts}{APPEND.format(written=written)}"


def _listed(names: Iterable[str]) -> str:
    return orjson.dumps([*names]).decode()  # for the driver, a list of SQL costs several times as much


def record_many(entries: Iterable[Entry]) -> int:
    """Append many facts in one statement, in order, for imports; return how many. A second lists fields changed.

    Nobody is told and no subscriber is owed anything: what is imported happened long ago. Facts about an organization,
    which counts its events, are appended one by one.
    """
    _must_be_in_transaction()
    entries = list(entries)
    if any(entry.about.stream[0] == "organization" for entry in entries):
        return len([_append(entry) for entry in entries])
    return record_sealed(seal_many(entries))


@dataclass(frozen=True, slots=True)
class SealedMany:
    """Many facts, their bodies sealed, ready to be appended.

    `streams` are the ids and kinds of their streams. The rest is JSON: what all events have in common, each one's own
    part, and which of them changed which fields.
    """

    streams: dict[UUID, str] = field(default_factory=dict)
    common: str = "{}"
    events: str = NOTHING
    mentions: str = NOTHING


def seal_many(entries: Iterable[Entry]) -> SealedMany:
    """Make many facts ready for `record_sealed`: all that can be done without the database, in any thread."""
    rows, mentions = [], []
    for entry in entries:
        row = _row(entry)
        row[_SALT] = f"\\x{row[_SALT].hex()}"
        rows.append(row)
        if fields := list(entry.fact.fields_changed()):
            mentions.append({"event": row[0], "fields": fields})
    streams: dict[UUID, str] = {}
    places: dict[UUID, int] = {}
    for row in rows:
        streams[row[_STREAM]] = row[_KIND]
        row[_STREAM] = places.setdefault(row[_STREAM], len(places) + 1)
    common, own = in_common(rows, _NAMES)
    return SealedMany(streams, *(orjson.dumps(part).decode() for part in (common, own, mentions)))


def record_sealed(sealed: SealedMany) -> int:
    """Append facts made ready by `seal_many`, as `record_many` does."""
    _must_be_in_transaction()
    if not sealed.streams:
        return 0
    with prepared() as cursor:
        streams = list(sealed.streams), list(sealed.streams.values())
        cursor.execute(APPEND_MANY, [*streams, sealed.common, sealed.events])
        count = int(cursor.fetchone()[0])
        if sealed.mentions != NOTHING:
            cursor.execute(MENTION, [sealed.mentions])
    return count


def _must_be_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An event is recorded with the change it describes, or not at all.")


def _row(entry: Entry) -> list[Any]:
    by, fact = entry.by, entry.fact
    if type(fact) is not event_types.get(fact.type):
        raise TypeError(f"{fact.type} is not a registered event type")
    kind, stream_id = entry.about.stream
    sealed = seal(by=by.label, reason=entry.reason, about=fact.body(), personal=fact.personal_paths())
    return [
        new_id(), by.organization_id, kind, stream_id, fact.type, by.kind, by.id, by.on_behalf_of,
        entry.occurred_at, entry.about.template_version_id, by.caused_by, by.correlation_id, by.depth,
        entry.is_imported, sealed.salt, sealed.body, sealed.personal,
    ]  # fmt: skip


def _tell_after_commit(fact: Fact, by: Actor, about: HasStream, seq: int) -> None:
    kind, stream_id = about.stream
    message: dict[str, Any] = {
        "stream_kind": kind,
        "stream_id": str(stream_id),
        "seq": seq,
        "type": fact.type,
    }
    message["actor_id"] = str(by.member_id or by.id or "")
    if template_id := getattr(about, "template_id", None):
        message["template_id"] = str(template_id)  # whose board and lists are concerned
    message["to"] = fact.heard_by(about.heard_by)
    if names := fact.dismisses():
        # The organization is held, its revision not raised yet: whoever comes in after the commit finds a later one.
        message |= {"dismisses": names, "through": getattr(about, "revision", None)}
    transaction.on_commit(partial(announce, by.organization_id, message), robust=True)
