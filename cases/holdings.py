"""The running cases a member has: what is handed over before they leave (tenants/holdings.py asks)."""

from uuid import UUID

from cases.events import CaseAssigned
from cases.knowing import people, template_of
from cases.locking import Held
from cases.models import IS_RUNNING, Case
from cases.saying import save_and_say
from tenants.actor import Actor
from tenants.configuration import configuration
from tenants.directory import Directory
from tenants.holdings import register_holding


class RunningCases:
    """Cases that are open or on hold, with an owner. What has ended stays with whoever had it."""

    def count(self, member_id: UUID) -> int:
        """Return how many running cases the member has."""
        return Case.objects.filter(IS_RUNNING, owner_id=member_id).count()

    def words(self, count: int) -> str:
        """Return the number in words."""
        return f"{count} running case{'' if count == 1 else 's'}"

    def hand_over(self, *, by: Actor, from_member_id: UUID, to_member_id: UUID) -> int:
        """Give every running case to another member; each case says so on its own timeline."""
        by, zone = configuration(by)
        known = people(by)
        rows = Case.objects.filter(IS_RUNNING, owner_id=from_member_id).defer("document").order_by("id")
        cases = list(rows.select_for_update(of=("self",), no_key=True))
        leaving = known.people[from_member_id].name
        for case in cases:
            case.revision = by.revision
            case.template_version_id = template_of(case).version_id
            case.owner_id = to_member_id
            fact = _fact(case, known, from_member_id, to_member_id)
            save_and_say(Held(case, by, zone), fact, changed=["owner"], reason=f"{leaving} leaves")
        return len(cases)


def _fact(case: Case, known: Directory, before: UUID, after: UUID) -> CaseAssigned:
    team = known.teams[case.team_id].name if case.team_id else ""
    name = known.people[after].name
    team_id = str(case.team_id) if case.team_id else None
    return CaseAssigned(
        to=f"{name} and the team {team}" if team else name,
        owner=str(after),
        owner_name=name,
        team=team_id,
        team_name=team,
        from_owner=str(before),
        from_owner_name=known.people[before].name,
        from_team=team_id,
        from_team_name=team,
    )


register_holding("cases", RunningCases())
