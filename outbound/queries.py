"""What a member's inbox shows, and which deliveries failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.knowing import visible_to
from cases.models import Case
from outbound.models import Mail, Notice
from tenants.actor import Actor
from timeline.models import Delivery
from timeline.queries import Told, told

Letter = TypeVar("Letter", Mail, Delivery)
Place = tuple[datetime, UUID]  # of a dead letter: when it was given up, and its id


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One notice with the event and the case it is about."""

    id: UUID
    kind: str
    case_id: UUID
    case_number: str
    case_title: str
    event: Told
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Notices, newest first, and the id to go on from (None at the end)."""

    lines: tuple[InboxLine, ...]
    older: UUID | None


def inbox(by: Actor, *, unread_only: bool = False, before: UUID | None = None, limit: int = 50) -> InboxPage:
    """Return the actor's notices by keyset: two statements whatever the size.

    What a notice tells of a case is for those who may see the case now, not for those who once might.
    """
    if by.member_id is None:
        return InboxPage((), None)
    case = Case.objects.filter(visible_to(by), id=OuterRef("case_id"))
    notices = (
        Notice.objects.filter(member_id=by.member_id)
        .annotate(number=Subquery(case.values("number")), title=Subquery(case.values("title")))
        .order_by("-id")
    )
    if unread_only:
        notices = notices.filter(read_at=None)
    if before is not None:
        notices = notices.filter(id__lt=before)
    rows = list(notices[: limit + 1])
    shown = rows[:limit]
    events = told([row.event_id for row in shown]) if shown else {}
    lines = (
        InboxLine(
            row.id,
            row.kind,
            row.case_id,
            row.number,
            row.title,
            events[row.event_id],
            row.created_at,
            row.read_at is not None,
        )
        for row in shown
        if row.number is not None and row.event_id in events
    )
    return InboxPage(tuple(lines), shown[-1].id if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that was tried too often, waiting for a person."""

    id: UUID
    kind: str
    to: str
    what: str
    error: str
    attempts: int
    created_at: datetime
    dead_at: datetime


@dataclass(frozen=True, slots=True)
class DeadPage:
    """Dead letters, the latest first, and behind which the next page begins (None at the end)."""

    letters: tuple[DeadLetter, ...]
    older: Place | None


def dead_letters(behind: Place | None = None, limit: int = 50) -> DeadPage:
    """Return what waits for a person, mails and events alike, by keyset. Three statements whatever the size."""
    both = (*dead_mails(limit + 1, behind), *dead_deliveries(limit + 1, behind))
    found = sorted(both, key=lambda letter: (letter.dead_at, letter.id), reverse=True)
    last = found[limit - 1] if len(found) > limit else None
    return DeadPage(tuple(found[:limit]), (last.dead_at, last.id) if last else None)


def write_place(place: Place) -> str:
    """Return where a page begins as it stands in an address."""
    return f"{place[0].isoformat()}~{place[1]}"


def read_place(text: str) -> Place | None:
    """Return where a page begins, or None for what `write_place` never wrote."""
    at, _, id_ = text.partition("~")
    try:
        instant, last = datetime.fromisoformat(at), UUID(id_)
    except ValueError:
        return None
    return (instant, last) if instant.tzinfo else None


def dead_mails(limit: int = 50, behind: Place | None = None) -> tuple[DeadLetter, ...]:
    """Return mails that could not be sent, the latest first."""
    rows = _latest(Mail.objects.all(), behind)[:limit]
    return tuple(
        DeadLetter(
            row.id,
            "mail",
            row.to,
            row.subject,
            row.error,
            row.attempts,
            row.created_at,
            row.dead_at or row.created_at,
        )
        for row in rows
    )


def dead_deliveries(limit: int = 50, behind: Place | None = None) -> tuple[DeadLetter, ...]:
    """Return events a subscriber could not take, the latest first, each with what had happened."""
    rows = list(_latest(Delivery.objects.all(), behind)[:limit])
    events = told([row.event_id for row in rows]) if rows else {}
    return tuple(
        DeadLetter(
            row.id,
            "event",
            row.subscriber,
            _what(events.get(row.event_id)),
            row.error,
            row.attempts,
            row.created_at,
            row.dead_at or row.created_at,
        )
        for row in rows
    )


def _latest(rows: QuerySet[Letter], behind: Place | None) -> QuerySet[Letter]:
    dead = rows.exclude(dead_at=None).order_by("-dead_at", "-id")
    if behind is None:
        return dead
    at, last = behind
    return dead.filter(Q(dead_at__lt=at) | Q(dead_at=at, id__lt=last))


def _what(event: Told | None) -> str:
    return f"{event.actor_label} {event.sentence}" if event else "an event that cannot be read"
