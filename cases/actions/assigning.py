"""The act that says who has a case."""

from uuid import UUID

from cases.assigning import assignment
from cases.events import CaseAssigned
from cases.filling import explained
from cases.locking import holding
from cases.models import Case
from cases.rows import CaseRef
from cases.saying import save_and_say
from tenants.actor import Actor


def assign_case(
    *,
    by: Actor,
    case_id: CaseRef,
    owner: UUID | None = None,
    team: UUID | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Case:
    """Give the case to a member, a team, both, or nobody; return it.

    Who has it already keeps it: that is no event. Raises Invalid for members who were deactivated
    or whose role only lets them look on, and for archived teams.
    """
    with holding(case_id, by=by, expected_version=expected_version, giving_to=owner) as held:
        held.require("case.assign")
        case = held.case
        whom = assignment(held.by, owner, team, has_it=case.owner_id)
        if (case.owner_id, case.team_id) != (whom.owner, whom.team):
            before = held.people.people.get(case.owner_id) if case.owner_id else None
            team_before = held.people.teams.get(case.team_id) if case.team_id else None
            fact = CaseAssigned(
                to=whom.words,
                owner=_text(whom.owner),
                owner_name=whom.owner_name,
                team=_text(whom.team),
                team_name=whom.team_name,
                from_owner=_text(case.owner_id),
                from_owner_name=before.name if before else "",
                from_team=_text(case.team_id),
                from_team_name=team_before.name if team_before else "",
            )
            case.owner_id, case.team_id = whom.owner, whom.team
            reason = explained(reason, needed=False, act="assign a case")
            save_and_say(held, fact, changed=["owner", "team"], reason=reason)
    return case


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None
