"""Looking back at a case: the events that gave a field another value, and the case as it was after an event."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from casefy.errors import Conflict, Missing
from cases.actions.changing import TITLE
from cases.queries import CaseRow, case_by_id
from cases.replay import Replayed, replay
from templates_app.definition import Definition
from tenants.actor import Actor
from tenants.seeing import permit_browsing
from timeline.queries import Told, told, whole


def of_field(events: Iterable[Told], key: str) -> list[Told]:
    """Return the events without the opening of the case, where that left the field empty.

    The timeline finds by a list of what was changed; the opening, always the first event, is not on it.
    """
    return [event for event in events if event.seq != 1 or _began_with(event, key)]


def has_history(definition: Definition, key: str) -> bool:
    """Return whether there is such a field to ask for: one of the template's, or $title."""
    return key == TITLE or definition.field(key) is not None


def _began_with(event: Told, key: str) -> bool:
    return key == TITLE or key in (event.fact.get("data") or {})


def as_of(case: CaseRow, seq: int) -> CaseRow:
    """Return the case as it was after its event `seq`, rebuilt from its timeline alone: one statement.

    It reads every event up to there. Raises Missing where there is no such event, and Conflict where something of
    the timeline up to there was erased.
    """
    if not 1 <= seq <= case.version:
        raise Missing(f"The case has events from 1 to {case.version}.", code="no_such_event")
    events = whole(case.id, until=seq)
    if any(event.is_erased for event in events):
        raise Conflict(
            "Something of its timeline up to here was erased: the case can no longer be rebuilt as it was.",
            code="history_erased",
        )
    return _row(case, replay(case.id, events))


def _row(case: CaseRow, was: Replayed) -> CaseRow:
    assert was.template_version_id is not None, "the opening names the version"
    assert was.opened_at is not None, "a timeline begins with the opening"
    assert was.stage_entered_at is not None, "a case is opened in a stage"
    assert was.changed_at is not None, "an opening happened at some time"
    return replace(
        case,
        template_version_id=was.template_version_id, title=was.title, status=was.status, stage=was.stage,
        owner_id=_id(was.owner_id), team_id=_id(was.team_id), data=was.data, version=was.version,
        opened_at=was.opened_at, stage_entered_at=was.stage_entered_at, stage_seconds=was.stage_seconds,
        changed_at=was.changed_at, hold_until=date.fromisoformat(was.hold_until) if was.hold_until else None,
        hold_reason=was.hold_reason, outcome=was.outcome, closed_at=was.closed_at, external_ref=was.external_ref,
    )  # fmt: skip


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def event_seen(event_id: UUID, by: Actor) -> tuple[Told, CaseRow | None]:
    """Return an event, and the case where it is about one. Raises Missing, and Forbidden for what is no case's.

    Of a case, an event is for whoever sees the case; the others are for whoever may browse the timeline.
    """
    found = told([event_id]).get(event_id)
    case = case_by_id(found.stream_id, by) if found and found.stream_kind == "case" else None
    if found is None or (found.stream_kind == "case" and case is None):
        raise Missing("There is no such event.", code="no_such_event")
    if case is None:
        permit_browsing(by)
    return found, case
