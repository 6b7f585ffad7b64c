"""The acts that stop work on a case for a while, and take it up again."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from casefy.clock import now
from casefy.errors import Conflict, Invalid
from cases.events import CaseFollowUpReached, CaseHeld, CaseResumed
from cases.filling import explained
from cases.locking import Held, holding
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from tenants.actor import Actor
from timeline.queries import page

HOLD = ["status", "hold_until", "follow_up_on", "hold_reason"]


def hold_case(
    *,
    by: Actor,
    case_id: CaseRef,
    reason: str,
    until: date | None = None,
    expected_version: int | None = None,
) -> Case:
    """Put an open case on hold, with a reason and, if wanted, a day to look again; return it.

    Raises Invalid without a reason or for a day that is past, Conflict for a case that is not open.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.hold")
        case = held.case
        reason = _sensible(reason, until, today=_today(held))
        case.hold()
        case.hold_until = case.follow_up_on = until
        case.hold_reason = reason
        words = f" until {until.isoformat()}" if until else ""
        fact = CaseHeld(until=until.isoformat() if until else None, until_words=words)
        save_and_say(held, fact, changed=HOLD, reason=reason)
    return case


def resume_case(
    *, by: Actor, case_id: CaseRef, reason: str = "", expected_version: int | None = None
) -> Case:
    """Take a case that is on hold up again and return it. Raises Conflict for one that is not on hold."""
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.hold")
        case = held.case
        case.resume()
        fact = CaseResumed(held_until=case.hold_until.isoformat() if case.hold_until else None)
        case.hold_until = case.follow_up_on = None
        case.hold_reason = ""
        save_and_say(held, fact, changed=HOLD, reason=explained(reason, needed=False, act="resume"))
    return case


def reach_follow_up(*, by: Actor, case_id: UUID) -> Case:
    """Say, once, that the day to look again at a case on hold has come, and return the case.

    Raises Conflict where no such day has come, or it was said already: the case may have gone on meanwhile.
    """
    with holding(case_id, by=by) as held:
        held.require("case.hold")
        case = held.case
        if case.follow_up_on is None or case.follow_up_on > _today(held):
            raise Conflict("No day to look again has come.")
        hold = page(case.id, types=("case.held",), limit=1)[0]
        held_by = hold.on_behalf_of or (hold.actor_id if hold.actor_kind == "member" else None)
        fact = CaseFollowUpReached(
            until=case.follow_up_on.isoformat(), held_by=str(held_by) if held_by else None
        )
        held.by, case.follow_up_on = held.by.answering(hold.id), None
        save_and_say(held, fact, changed=["follow_up_on"])
    return case


def _today(held: Held) -> date:
    return now().astimezone(ZoneInfo(held.zone)).date()


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
