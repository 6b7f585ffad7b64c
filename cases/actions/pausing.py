"""The acts that stop work on a case for a while, and take it up again."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from casefy.clock import now
from casefy.errors import Invalid
from cases.events import CaseHeld, CaseResumed
from cases.filling import explained
from cases.locking import holding
from cases.models import Case
from cases.saying import save_and_say
from tenants.actor import Actor


def hold_case(
    *, by: Actor, case_id: UUID, reason: str, until: date | None = None, expected_version: int | None = None
) -> Case:
    """Put an open case on hold, with a reason and, if wanted, a day to look again; return it.

    Raises Invalid without a reason or for a day that is past, Conflict for a case that is not open.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.hold")
        case = held.case
        reason = _sensible(reason, until, today=now().astimezone(ZoneInfo(held.zone)).date())
        case.hold()
        case.hold_until, case.hold_reason = until, reason
        words = f" until {until.isoformat()}" if until else ""
        fact = CaseHeld(until=until.isoformat() if until else None, until_words=words)
        save_and_say(held, fact, changed=["status", "hold_until", "hold_reason"], reason=reason)
    return case


def resume_case(*, by: Actor, case_id: UUID, reason: str = "", expected_version: int | None = None) -> Case:
    """Take a case that is on hold up again and return it. Raises Conflict for one that is not on hold."""
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.hold")
        case = held.case
        case.resume()
        fact = CaseResumed(held_until=case.hold_until.isoformat() if case.hold_until else None)
        case.hold_until, case.hold_reason = None, ""
        changed = ["status", "hold_until", "hold_reason"]
        save_and_say(held, fact, changed=changed, reason=explained(reason, needed=False, act="resume"))
    return case


def _sensible(reason: str, until: date | None, *, today: date) -> str:
    """Return the reason, trimmed. Raises Invalid, naming all that is wrong at once."""
    past = {"until": "Choose today or a later day."} if until is not None and until < today else {}
    try:
        reason = explained(reason, needed=True, act="put a case on hold")
    except Invalid as unexplained:
        unexplained.fields.update(past)
        raise
    if past:
        raise Invalid("The follow-up day is past.", fields=past)
    return reason
