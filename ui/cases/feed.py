"""The timeline as people read it: a sentence first, what changed on demand, automatic bursts folded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from timeline.queries import Told
from ui.cases.desk import Desk
from ui.markdown import as_html

AUTOMATIC = frozenset({"rule", "agent", "system"})
BURST = 3  # so many automatic events in a row are folded into one line

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "comments": ("Comments", ("case.commented",)),
    "moves": ("Moves", ("case.opened", "case.moved", "case.closed", "case.cancelled", "case.reopened")),
    "changes": ("Changes", ("case.fields_changed", "case.assigned", "case.held", "case.resumed")),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as people saw it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `day` is set where a new day begins; `link` leads to what it is about, where that is elsewhere."""

    id: UUID
    icon: str
    tone: str
    who: str
    what: str
    at: datetime
    reason: str
    changes: Sequence[Change]
    note: SafeString | str
    is_imported: bool
    is_automatic: bool
    day: date | None = None
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class Burst:
    """Automatic events in a row, folded."""

    lines: Sequence[Line]
    is_burst: bool = field(default=True, init=False)

    @property
    def day(self) -> date | None:
        """Return the day that begins with the first line, if one does."""
        return self.lines[0].day


def types_of(kind: str) -> Sequence[str]:
    """Return the event types of a filter; none for everything."""
    return KINDS[kind][1] if kind in KINDS else ()


def lines_of(
    events: Iterable[Told], at: Desk, links: Mapping[UUID, tuple[str, str]] | None = None
) -> list[Line]:
    """Return events as lines; `links` maps a stream to (address, text) where lines of many streams mix."""
    lines: list[Line] = []
    before: date | None = None
    for event in events:
        day = timezone.localtime(event.occurred_at).date()
        link, text = (links or {}).get(event.stream_id, ("", ""))
        lines.append(_line(event, at, day if day != before else None, link, text))
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


def _line(event: Told, at: Desk, day: date | None, link: str, text: str) -> Line:
    kind = event.kind
    return Line(
        id=event.id,
        icon=kind.icon if kind else "circle",
        tone=kind.tone if kind else "neutral",
        who=event.actor_label,
        what=event.sentence,
        at=event.occurred_at,
        reason=event.reason,
        changes=changes_of(event.fact),
        note=_note(event, at),
        is_imported=event.is_imported,
        is_automatic=event.actor_kind in AUTOMATIC,
        day=day,
        link=link,
        link_text=text,
    )


def changes_of(fact: Mapping[str, Any]) -> list[Change]:
    """Return the values a fact changed, where it changed any."""
    changes = fact.get("changes")
    if not isinstance(changes, Mapping):
        return []
    return [
        Change(str(each.get("name", key)), str(each.get("from_shown", "")), str(each.get("to_shown", "")))
        for key, each in changes.items()
        if isinstance(each, Mapping)
    ]


def _note(event: Told, at: Desk) -> SafeString | str:
    if event.type != "case.commented" or event.is_erased:
        return ""
    names = [person.name for id_ in event.fact.get("mentions", []) if (person := at.person(UUID(id_)))]
    return as_html(str(event.fact.get("text", "")), names)
