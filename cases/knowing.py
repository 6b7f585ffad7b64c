"""What is known around a case from memory: its template, its people, and who could do what."""

from zoneinfo import ZoneInfo

from django.db.models import Q

from cases.models import Case
from templates_app.catalogue import TemplateView, catalogue
from templates_app.values import Place
from tenants.actor import Actor
from tenants.directory import Directory, directory


def template_of(case: Case) -> TemplateView:
    """Return the template a case follows, in its published version."""
    return catalogue(case.organization_id, case.revision).template(case.template_id)


def people(by: Actor) -> Directory:
    """Return who is who in the actor's organization."""
    return directory(by.organization_id, by.revision)


def place(by: Actor, zone: str = "UTC") -> Place:
    """Return what cleaning and showing values needs: members by id, and the time zone."""
    who = people(by)
    return Place(zone=ZoneInfo(zone), members=who.names, active_members=who.active)


def may_see(case: Case, by: Actor) -> bool:
    """Return whether the actor may see the case: all cases, or those assigned to them or their teams."""
    if by.may("case.view"):
        return True
    if not by.may("case.view_assigned") or by.member_id is None:
        return False
    return case.owner_id == by.member_id or case.team_id in people(by).teams_of(by.member_id)


def visible_to(by: Actor) -> Q:
    """Return the condition on cases that `may_see` judges one by one. The organization is in scope."""
    if by.may("case.view"):
        return Q()
    if not by.may("case.view_assigned") or by.member_id is None:
        return Q(pk__in=())
    return Q(owner_id=by.member_id) | Q(team_id__in=people(by).teams_of(by.member_id))
