"""What a screen of cases knows from memory: who looks, the templates, the people, the place values are shown in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from casefy.writing import writing
from cases.knowing import people, place
from cases.locking import no_such_case
from cases.queries import CaseRow, case_by_number
from templates_app.catalogue import Catalogue, TemplateView, catalogue
from templates_app.definition import Stage
from templates_app.values import Place
from tenants.actor import Actor
from tenants.directory import Directory, Person, TeamView
from tenants.seeing import people_known_to, teams_known_to

if TYPE_CHECKING:
    from ui.entering import InOrganization


@dataclass(frozen=True)
class Desk:
    """The request's organization from memory: no statement is paid for what stands here."""

    by: Actor
    zone: str
    base: str

    @cached_property
    def known(self) -> Catalogue:
        """Return the organization's published templates."""
        return catalogue(self.by.organization_id, self.by.revision)

    @cached_property
    def people(self) -> Directory:
        """Return who is who."""
        return people(self.by)

    @cached_property
    def place(self) -> Place:
        """Return the time zone, the members' names and the organization's writing, for showing values."""
        return replace(place(self.by, self.zone), writing=writing())

    @cached_property
    def member_choices(self) -> Sequence[tuple[str, str]]:
        """Return the members of whom the visitor knows, for a select."""
        return choices_of(people_known_to(self.by))

    def owner_choices(self, has_it: UUID | None = None) -> Sequence[tuple[str, str]]:
        """Return those of them who can be given work, and whoever has the case already."""
        known = people_known_to(self.by)
        return choices_of(p for p in known if p.id == has_it or self.people.can_be_given_work(p))

    @cached_property
    def team_choices(self) -> Sequence[tuple[str, str]]:
        """Return the teams that can be given work and of which the visitor knows, for a select."""
        return choices_of(teams_known_to(self.by))

    def template_of(self, case: CaseRow) -> TemplateView:
        """Return the template a case follows."""
        return self.known.template(case.template_id)

    def stage_of(self, case: CaseRow) -> Stage:
        """Return the stage a case is in; one the template no longer knows reads by its key."""
        return self.template_of(case).definition.stage(case.stage) or Stage(case.stage, case.stage)

    def person(self, member_id: UUID | None) -> Person | None:
        """Return a member, or None."""
        return self.people.people.get(member_id) if member_id else None

    def team_name(self, team_id: UUID | None) -> str:
        """Return a team's name, or nothing."""
        team = self.people.teams.get(team_id) if team_id else None
        return team.name if team else ""

    def address(self, number: str) -> str:
        """Return the address of the page of the case with this number, in which a `#` may stand."""
        return f"{self.base}/cases/{quote(number, safe='')}"


def choices_of(things: Iterable[Person | TeamView]) -> Sequence[tuple[str, str]]:
    """Return people, or teams, for a select."""
    return [(str(each.id), each.name) for each in things]


def desk(request: "InOrganization") -> Desk:
    """Return the desk of a request that came through the organization's door."""
    return Desk(request.actor, request.organization.time_zone, f"/o/{request.organization.slug}")


def case_numbered(request: "InOrganization", number: str) -> CaseRow:
    """Return the case with this number. Raises Missing where it is not there or not to be seen."""
    case = case_by_number(number, request.actor)
    if case is None:
        raise no_such_case()
    return case
