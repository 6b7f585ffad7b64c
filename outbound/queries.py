"""What a member's inbox shows, and which deliveries failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.knowing import visible_to
from cases.models import Case
from outbound.models import Mail, Notice
from tenants.actor import Actor
from timeline.models import Delivery
from timeline.queries import Told, told


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
    """Return the actor's notices by keyset: three statements whatever the size.

    What a notice tells of a case is for those who may see the case now, not for those who once might.
    """
    if by.member_id is None:
        return InboxPage((), None)
    notices = Notice.objects.filter(member_id=by.member_id).order_by("-id")
    if unread_only:
        notices = notices.filter(read_at=None)
    if before is not None:
        notices = notices.filter(id__lt=before)
    rows = list(notices[: limit + 1])
    shown = rows[:limit]
    events = told([row.event_id for row in shown]) if shown else {}
    seen = Case.objects.filter(visible_to(by)).only("id", "number", "title")
    cases = seen.in_bulk({row.case_id for row in shown}) if shown else {}
    lines = (
        InboxLine(
            row.id,
            row.kind,
            row.case_id,
            cases[row.case_id].number,
            cases[row.case_id].title,
            events[row.event_id],
            row.created_at,
            row.read_at is not None,
        )
        for row in shown
        if row.case_id in cases and row.event_id in events
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


def dead_letters() -> tuple[DeadLetter, ...]:
    """Return the fifty latest dead mails and the fifty latest dead events, the latest first."""
    both = (*dead_mails(), *dead_deliveries())
    return tuple(sorted(both, key=lambda letter: letter.dead_at, reverse=True))


def dead_mails(limit: int = 50) -> tuple[DeadLetter, ...]:
    """Return mails that could not be sent, the latest first."""
    rows = Mail.objects.exclude(dead_at=None).order_by("-dead_at")[:limit]
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


def dead_deliveries(limit: int = 50) -> tuple[DeadLetter, ...]:
    """Return events a subscriber could not take, the latest first, each with what had happened."""
    rows = list(Delivery.objects.exclude(dead_at=None).order_by("-dead_at")[:limit])
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


def _what(event: Told | None) -> str:
    return f"{event.actor_label} {event.sentence}" if event else "an event that cannot be read"
