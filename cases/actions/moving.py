"""The act that takes a case to another stage: forward, back, or past stages."""

from casefy.clock import now
from casefy.errors import Invalid
from cases.events import CaseMoved
from cases.filling import explained, refuse
from cases.locking import holding
from cases.machine import judge_move
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from cases.stages import leave_stage
from tenants.actor import Actor


def move_case(
    *, by: Actor, case_id: CaseRef, to: str, reason: str = "", expected_version: int | None = None
) -> Case:
    """Move a case to the stage with the key `to` and return it.

    Raises Conflict where the case cannot go there now and says why, and Invalid where fields must
    be filled in first or the template asks for a reason.
    """
    with holding(case_id, by=by, expected_version=expected_version) as held:
        held.require("case.move")
        case = held.case
        move = judge_move(held.definition, case.standing, to)
        if move is None:
            raise Invalid("There is no such stage.", fields={"to": "Choose one of the template's stages."})
        if move.why_not:
            refuse(move)
        reason = explained(reason, needed=move.needs_reason, act=_WORDS[move.kind].format(move.stage.name))
        here = held.definition.stage(case.stage)
        at = now()
        fact = CaseMoved(
            from_stage=case.stage,
            from_name=here.name if here else case.stage,
            to_stage=move.stage.key,
            to_name=move.stage.name,
            kind=move.kind,
            seconds=leave_stage(case, at),
        )
        case.stage = move.stage.key
        save_and_say(held, fact, changed=["stage", "stage_entered_at", "stage_seconds"], reason=reason, at=at)
    return case


_WORDS = {"advance": "move to {}", "return": "go back to {}", "skip": "skip ahead to {}"}
