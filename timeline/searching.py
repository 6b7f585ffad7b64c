"""The organization's timeline, narrowed: by kind, person, template, case and time, newest first.

Each of these has an index in the order of the timeline, and what narrows most leads. Along it at most `FAR` events
are read for one page, so that no question costs more than that however rare what it asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from timeline.queries import COLUMNS, MINE, Told, told_by

FAR = 5_000
MOST_WAYS = 40  # versions of a template, say; beyond, merging them costs more than looking at every event

Place = tuple[datetime, int]  # recorded_at and position: where an event stands in the organization's timeline
Where = list[tuple[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for. `since` and `until` are instants of recording; `until` is not part of it.

    `person` is the id of a member or a token, `actor_kind` the kind of whoever did it. Set-up is all that
    happened to something else than a case. `versions` are those of `template`.
    """

    types: Sequence[str] = ()
    is_setup: bool = False
    person: UUID | None = None
    actor_kind: str = ""
    template: UUID | None = None
    versions: Sequence[UUID] = ()
    case: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, and the place behind which to look on; None where there is nothing more.

    `is_all` tells that the page is full, or the end: otherwise the search went `FAR` events back and stopped.
    """

    events: list[Told]
    older: Place | None
    is_all: bool = True


def found(sought: Sought, *, before: Place | None = None, limit: int = 50) -> Found:
    """Return a page of the organization's timeline, from behind the place `before`.

    One statement; a second one where fewer events are found than a page has room for.
    """
    ways, rest = _ways(sought, _during(sought, before))
    names, parameters = _joined(rest)
    along, read = _along(ways, "e.*", sought)
    events = told_by(
        f"SELECT {COLUMNS} FROM (SELECT * FROM ({along}) e WHERE {names} LIMIT %s) e "
        "JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id "
        "ORDER BY e.recorded_at DESC, e.position DESC",
        [*read, FAR, *parameters, limit + 1],
    )
    if len(events) > limit:
        last = events[limit - 1]
        return Found(events[:limit], (last.recorded_at, last.position))
    stopped = _stopped(ways, sought) if rest else None
    return Found(events, stopped, stopped is None)


def day_begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Return when a day begins in a zone; in UTC, so that Postgres gets what it can compare. None for no day."""
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return None


def write_place(place: Place) -> str:
    """Return a place as an address carries it."""
    return f"{place[0].isoformat()}~{place[1]}"


def read_place(text: str) -> Place | None:
    """Return the place that stands in an address, or None where it is none."""
    at, _, position = text.partition("~")
    try:
        place = datetime.fromisoformat(at).astimezone(UTC), int(position)
    except (ValueError, OverflowError):
        return None
    return place if 0 <= place[1] < 2**63 else None


def _along(ways: list[Where], columns: str, sought: Sought) -> tuple[str, list[Any]]:
    """Return the statement that reads events along an index, or along several whose orders are merged."""
    order = "ORDER BY e.seq DESC" if sought.case else "ORDER BY e.recorded_at DESC, e.position DESC"
    read = [f"(SELECT {columns} FROM timeline_event e WHERE {_joined(way)[0]} {order})" for way in ways]
    text = read[0][1:-1] if len(read) == 1 else f"SELECT * FROM ({' UNION ALL '.join(read)}) e {order}"
    return f"{text} LIMIT %s", [value for way in ways for value in _joined(way)[1]]


def _stopped(ways: list[Where], sought: Sought) -> Place | None:
    """Return the last place that was looked at, where there is more behind it."""
    along, read = _along(ways, "e.recorded_at, e.position, e.seq", sought)
    with connection.cursor() as cursor:
        cursor.execute(f"{along} OFFSET %s", [*read, 1, FAR - 1])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _during(sought: Sought, before: Place | None) -> Where:
    during: Where = [(MINE, [])]
    if before is not None:
        during.append(("(e.recorded_at, e.position) < (%s, %s)", [*before]))
    if sought.since is not None:
        during.append(("e.recorded_at >= %s", [sought.since]))
    if sought.until is not None:
        during.append(("e.recorded_at < %s", [sought.until]))
    return during


def _ways(sought: Sought, during: Where) -> tuple[list[Where], Where]:
    """Return the conditions to look along, merged where there are several, and those looked at event by event."""
    narrowing = _narrowing(sought)
    if not narrowing or len(narrowing[0]) > MOST_WAYS:
        return [during], [_either(each) for each in narrowing]
    first, *others = narrowing
    return [[*during, way] for way in first], [_either(each) for each in others]


def _narrowing(sought: Sought) -> list[Where]:
    """Return what is asked for, what narrows most first: each as conditions with an index, of which one holds."""
    asked: list[Where] = []
    if sought.case is not None:
        asked.append([("e.stream_id = %s", [sought.case])])
    if sought.person is not None:
        behalf = "e.on_behalf_of = %s AND e.actor_id IS DISTINCT FROM %s"
        asked.append([("e.actor_id = %s", [sought.person]), (behalf, [sought.person] * 2)])
    if sought.is_setup:
        asked.append([("e.stream_kind IN ('template', 'organization')", [])])
    if sought.template is not None:
        own = "e.stream_kind = 'template' AND e.stream_id = %s AND e.template_version_id IS NULL"
        versions: Where = [("e.template_version_id = %s", [version]) for version in sought.versions]
        asked.append([*versions, (own, [sought.template])])
    if sought.actor_kind:
        asked.append([("e.actor_kind = %s", [sought.actor_kind])])
    if sought.types:
        asked.append([("e.type = %s", [type_]) for type_ in sought.types])
    return asked


def _either(conditions: Where) -> tuple[str, list[Any]]:
    return f"({' OR '.join(text for text, _ in conditions)})", [v for _, values in conditions for v in values]


def _joined(conditions: Where) -> tuple[str, list[Any]]:
    text = " AND ".join(text for text, _ in conditions) or "TRUE"
    return text, [value for _, values in conditions for value in values]
