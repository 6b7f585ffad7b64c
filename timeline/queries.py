"""What can be asked of the timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from timeline.bodies import unseal
from timeline.registry import Fact, event_types

COLUMNS = (
    "e.id, e.organization_id, e.stream_kind, e.stream_id, e.seq, e.type, e.actor_kind, e.actor_id, "
    "e.on_behalf_of, e.occurred_at, e.recorded_at, e.template_version_id, e.caused_by, e.correlation_id, "
    "e.depth, e.is_imported, e.hash, e.position, e.feed_tx, b.body, b.personal"
)
_FROM = (
    "FROM timeline_event e JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id"
)


# The tenant is said here as well as by the policy, so that the composite indexes serve.
MINE = "e.organization_id = current_setting('casefy.organization')::uuid"

# The events that changed one field, along the key of their list. The first event is not on it.
_CHANGING = (
    "SELECT 1 UNION ALL (SELECT m.seq FROM timeline_fieldmention m WHERE m.organization_id = "
    "current_setting('casefy.organization')::uuid AND m.stream_id = %s AND m.field = %s "
    "AND m.seq < coalesce(%s, 9223372036854775807) ORDER BY m.seq DESC LIMIT %s)"
)

FactType = type[Fact]  # a name of its own: Told has a column called type


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: its columns, and its body with personal values in place."""

    id: UUID
    organization_id: UUID
    stream_kind: str
    stream_id: UUID
    seq: int
    type: str
    actor_kind: str
    actor_id: UUID | None
    on_behalf_of: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    template_version_id: UUID | None
    caused_by: UUID | None
    correlation_id: UUID | None
    depth: int
    is_imported: bool
    hash: bytes
    position: int
    feed_tx: int
    actor_label: str
    reason: str
    fact: dict[str, Any]
    is_erased: bool

    @property
    def kind(self) -> FactType | None:
        """Return the registered type, or None for one this release does not know."""
        return event_types.get(self.type)

    @property
    def sentence(self) -> str:
        """Return what happened, as it continues the actor's name: "moved the case to Review"."""
        return self.kind.tell(self.fact) if self.kind else self.type


def page(
    stream_id: UUID,
    *,
    before: int | None = None,
    limit: int = 50,
    types: Sequence[str] = (),
    member: UUID | None = None,
    field: str = "",
) -> list[Told]:
    """Return a stream's events, newest first, those with seq < `before`: one statement, keyset only.

    `member` leaves those that this member did, or that were done on the member's behalf; `field` those that
    changed the field with this key, and the first event, where the field may have got its first value.
    """
    where = "e.stream_id = %s"
    parameters: list[Any] = [stream_id]
    if before is not None:
        where, parameters = f"{where} AND e.seq < %s", [*parameters, before]
    if types:
        where, parameters = f"{where} AND e.type = ANY(%s)", [*parameters, list(types)]
    if member is not None:
        where, parameters = f"{where} AND %s IN (e.actor_id, e.on_behalf_of)", [*parameters, member]
    if field:
        most = None if types or member else limit  # what else is asked for may leave none of the first ones
        where, parameters = (
            f"{where} AND e.seq IN ({_CHANGING})",
            [*parameters, stream_id, field, before, most],
        )
    return _ask(f"WHERE {where} ORDER BY e.seq DESC LIMIT %s", [*parameters, limit])


def whole(stream_id: UUID, *, after: int = 0, until: int | None = None) -> list[Told]:
    """Return all events of a stream in order, those with `after` < seq <= `until`."""
    return _ask(
        "WHERE e.stream_id = %s AND e.seq > %s AND e.seq <= coalesce(%s, 9223372036854775807) ORDER BY e.seq",
        [stream_id, after, until],
    )


def beside(event: Told) -> dict[int, UUID]:
    """Return the ids of the events just before and after one in its stream, by seq: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.seq, e.id FROM timeline_event e WHERE {MINE} AND e.stream_id = %s AND e.seq IN (%s, %s)",
            [event.stream_id, event.seq - 1, event.seq + 1],
        )
        return dict(cursor.fetchall())


def told(ids: Iterable[UUID]) -> dict[UUID, Told]:
    """Return events by id."""
    return {event.id: event for event in _ask("WHERE e.id = ANY(%s)", [list(ids)])}


def feed(*, after: tuple[int, int] = (0, 0), limit: int = 100) -> list[Told]:
    """Return events in the order of the feed, those behind the cursor (feed_tx, position).

    An event appears only when every transaction that could still bring one before it has ended,
    so a reader who keeps the last cursor misses nothing. See docs/decisions.
    """
    return _ask(
        "WHERE (e.feed_tx, e.position) > (%s, %s) "
        "AND e.feed_tx < (SELECT notary.horizon()) "
        "ORDER BY e.feed_tx, e.position LIMIT %s",
        [*after, limit],
    )


def end_of_feed() -> tuple[int, int]:
    """Return the cursor behind the last event that the feed shows at present; (0, 0) where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.feed_tx, e.position FROM timeline_event e WHERE {MINE} "
            "AND e.feed_tx < (SELECT notary.horizon()) "
            "ORDER BY e.feed_tx DESC, e.position DESC LIMIT 1"
        )
        row: tuple[int, int] | None = cursor.fetchone()
    return row or (0, 0)


def told_by(statement: str, parameters: Sequence[Any]) -> list[Told]:
    """Return the events a statement selects, by their COLUMNS."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [_tell(row) for row in cursor.fetchall()]


def _ask(clause: str, parameters: Sequence[Any]) -> list[Told]:
    clause = clause.replace("WHERE ", f"WHERE {MINE} AND ", 1)
    return told_by(f"SELECT {COLUMNS} {_FROM} {clause}", parameters)


def _tell(row: tuple[Any, ...]) -> Told:
    document = unseal(row[-2], row[-1])
    if document is None:
        return Told(*(*row[:-2], "[erased]", "", {}, True))
    return Told(*(*row[:-2], document["by"], document.get("reason", ""), document["fact"], False))
