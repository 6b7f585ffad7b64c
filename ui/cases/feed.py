"""The timeline as people read it: a sentence first, what changed on demand, automatic bursts folded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from cases.changed import Change, changes_of
from templates_app.definition import Definition
from timeline.queries import Told
from ui.cases.desk import Desk
from ui.cases.telling import sentence_of
from ui.markdown import as_html

AUTOMATIC = frozenset({"rule", "agent", "system"})
LONG, GIST = 1_200, 240  # so many characters of a comment are folded, behind so many of them
LATER = 60  # seconds between what happened and its recording that are worth a word
BURST = 3  # so many automatic events in a row are folded into one line

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "comments": ("Comments", ("case.commented",)),
    "moves": ("Moves", ("case.opened", "case.moved", "case.closed", "case.cancelled", "case.reopened")),
    "changes": (
        "Changes",
        (
            "case.fields_changed",
            "case.assigned",
            "case.held",
            "case.follow_up_reached",
            "case.resumed",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `day` is set where a new day begins; `link` leads to what it is about, where that is elsewhere.

    `for_whom` is whoever it was done on behalf of, where the name of who did it does not say so; `recorded` the
    moment it was written down, where that is another one than when it happened. `gist` begins a long note.
    """

    id: UUID
    icon: str
    tone: str
    who: str
    what: str
    at: datetime
    reason: str
    changes: Sequence[Change]
    note: SafeString | str
    gist: str
    for_whom: str
    recorded: datetime | None
    is_imported: bool
    is_automatic: bool
    day: date | None = None
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Burst:
    """Automatic events in a row, folded."""

    lines: Sequence[Line]
    is_burst: bool = dataclass_field(default=True, init=False)

    @property
    def day(self) -> date | None:
        """Return the day that begins with the first line, if one does."""
        return self.lines[0].day


def types_of(kind: str) -> Sequence[str]:
    """Return the event types of a filter; none for everything."""
    return KINDS[kind][1] if kind in KINDS else ()


def lines_of(
    events: Iterable[Told],
    at: Desk,
    links: Mapping[UUID, tuple[str, str]] | None = None,
    *,
    definition: Definition | None = None,
    field: str = "",
) -> list[Line]:
    """Return events as lines; `links` maps a stream to (address, text) where lines of many streams mix.

    `definition` is that of the template, where all are of one case; of a `field` alone its changes are told.
    """
    lines: list[Line] = []
    before: date | None = None
    for event in events:
        day = timezone.localtime(event.occurred_at).date()
        changes = changes_of(event, at.place, definition, opening=bool(field))
        told = [change for change in changes if not field or change.key == field]
        line = _line(event, at, told, day if day != before else None)
        link, text = (links or {}).get(event.stream_id, ("", ""))
        lines.append(replace(line, link=link, link_text=text) if link else line)
        before = day
    return lines


def folded(lines: Sequence[Line]) -> Iterator[Line | Burst]:
    """Yield lines, with runs of automatic ones folded. What was imported is history, not a burst."""
    for is_automatic, run in groupby(lines, key=lambda line: line.is_automatic and not line.is_imported):
        together = list(run)
        if is_automatic and len(together) >= BURST:
            yield Burst(together)
        else:
            yield from together


def for_whom(event: Told, at: Desk) -> str:
    """Return the name of whoever it was done on behalf of; a token's own label may say it already."""
    person = at.person(event.on_behalf_of)
    return person.name if person and person.name not in event.actor_label else ""


def was_recorded_later(event: Told) -> bool:
    """Return whether it was written down at another moment than it happened."""
    return abs((event.recorded_at - event.occurred_at).total_seconds()) >= LATER


def icon_of(event: Told) -> str:
    """Return the icon of what happened; that of a move points where it went."""
    if event.type == "case.moved" and event.fact.get("kind") in _WAYS:
        return _WAYS[str(event.fact["kind"])]
    return event.kind.icon if event.kind else "circle"


_WAYS = {"return": "arrow-left", "skip": "chevrons-right"}


def _line(event: Told, at: Desk, changes: Sequence[Change], day: date | None) -> Line:
    kind = event.kind
    text = str(event.fact.get("text", "")) if event.type == "case.commented" else ""
    return Line(
        id=event.id,
        icon=icon_of(event),
        tone=kind.tone if kind else "neutral",
        who=event.actor_label,
        what=sentence_of(event),
        at=event.occurred_at,
        reason=event.reason,
        changes=changes,
        note=_note(event, at),
        gist=f"{text[:GIST].rstrip()}…" if len(text) > LONG else "",
        for_whom=for_whom(event, at),
        recorded=event.recorded_at if was_recorded_later(event) else None,
        is_imported=event.is_imported,
        is_automatic=event.actor_kind in AUTOMATIC,
        day=day,
    )


def _note(event: Told, at: Desk) -> SafeString | str:
    if event.type != "case.commented" or event.is_erased:
        return ""
    names = [person.name for id_ in event.fact.get("mentions", []) if (person := at.person(UUID(id_)))]
    return as_html(str(event.fact.get("text", "")), names)
