"""The acts that end a case, and the one that takes it up again."""

from casefy.clock import now
from casefy.errors import Invalid
from cases.events import CaseCancelled, CaseClosed, CaseReopened
from cases.filling import explained, refuse
from cases.locking import Held, holding
from cases.machine import Standing, judge_move
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from cases.stages import leave_stage
from templates_app.definition import Stage
from tenants.actor import Actor

ENDED = [
    "status", "outcome", "closed_at", "hold_until", "follow_up_on", "hold_reason", "stage_seconds",
    "stage_entered_at",
]  # fmt: skip


def close_case(
    *, by: Actor, case_id: CaseRef, outcome: str = "", reason: str = "", expected_version: int | None = None
) -> Case:
    """Say how a case ended and return it. `outcome` is the key of one of the template's outcomes.

    Raises Invalid for an outcome the template does not have, or none where it has some, and
    Conflict for a case that has ended already.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.close")
        case = held.case
        case.close()
        chosen = _outcome(held, outcome)
        reason = explained(reason, needed=held.definition.needs_reason("close"), act="close a case")
        fact = CaseClosed(
            outcome=outcome if chosen else "",
            outcome_name=chosen,
            outcome_words=f": {chosen}" if chosen else "",
            stage=case.stage,
        )
        _end(case, outcome if chosen else "")
        save_and_say(held, fact, changed=ENDED, reason=reason, at=case.closed_at)
    return case


def cancel_case(
    *, by: Actor, case_id: CaseRef, reason: str = "", expected_version: int | None = None
) -> Case:
    """End a case without an outcome and return it. Raises Conflict for one that has ended already."""
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.cancel")
        case = held.case
        case.cancel()
        reason = explained(reason, needed=held.definition.needs_reason("cancel"), act="cancel a case")
        fact = CaseCancelled(stage=case.stage)
        _end(case, "")
        save_and_say(held, fact, changed=ENDED, reason=reason, at=case.closed_at)
    return case


def reopen_case(
    *,
    by: Actor,
    case_id: CaseRef,
    stage: str | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Case:
    """Take an ended case up again, in `stage` or where it was, and return it.

    Raises Conflict for a case that is running or could not have moved to that stage, Invalid for an
    unknown stage, fields the stage needs, or a missing reason.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.reopen")
        case = held.case
        was, outcome, left = case.status, case.outcome, case.stage
        case.reopen()
        target = _target(held, stage or case.stage)
        reason = explained(reason, needed=held.definition.needs_reason("reopen"), act="reopen a case")
        at = now()
        case.stage, case.stage_entered_at = target.key, at
        case.outcome, case.closed_at = "", None
        fact = CaseReopened(
            was=was, outcome=outcome, from_stage=left, stage=target.key, stage_name=target.name
        )
        changed = ["status", "stage", "stage_entered_at", "outcome", "closed_at"]
        save_and_say(held, fact, changed=changed, reason=reason, at=at)
    return case


def _target(held: Held, key: str) -> Stage:
    target = held.definition.stage(key)
    if target is None:
        raise Invalid("There is no such stage.", fields={"stage": "Choose one of the template's stages."})
    if target.is_retired:
        why = f"{target.name} is retired: the template no longer uses it."
        raise Invalid(why, fields={"stage": "Choose another stage to go on in."})
    # Ending and reopening a case is no way around what its template says about moves.
    move = judge_move(held.definition, Standing("open", held.case.stage, held.case.data), key)
    if move is not None and move.why_not and key != held.case.stage:
        refuse(move)
    return target


def _outcome(held: Held, key: str) -> str:
    offered = held.definition.active_outcomes
    chosen = held.definition.outcome(key) if key else None
    if (key and (chosen is None or chosen.is_retired)) or (offered and not key):
        names = ", ".join(option.name for option in offered)
        remedy = f"Choose one of: {names}." if names else "The template has no outcomes: leave it out."
        raise Invalid("Say how the case ended.", fields={"outcome": remedy})
    return chosen.name if chosen else ""


def _end(case: Case, outcome: str) -> None:
    at = now()
    leave_stage(case, at)
    case.outcome, case.closed_at = outcome, at
    case.hold_until = case.follow_up_on = None
    case.hold_reason = ""
