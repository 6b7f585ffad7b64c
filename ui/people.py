"""Members and invitations: who is here, in which role, and who is asked to come."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefy.errors import Missing, Refused
from casefy.paging import Newest, newest_first
from tenants import holdings
from tenants.actions.invitations import invite_member, revoke_invitation
from tenants.actions.members import change_member_role, deactivate_member, reactivate_member, rename_member
from tenants.directory import Directory, Person
from tenants.invitation_secrets import secret_of
from tenants.models import Invitation
from tenants.queries import open_invitations
from tenants.scope import reading
from ui.draw import Toast
from ui.reading import id_or_none
from ui.settings_screen import ask, done, people_of, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization

NO_ROLE = UUID(int=0)  # what an empty choice reads as: the act says that there is no such role


@require_safe
def members(request: "InOrganization") -> HttpResponse:
    """Show everybody, and who is invited."""
    return _members(request, None)


def _members(request: "InOrganization", toast: Toast | None) -> HttpResponse:
    people = people_of(request)
    everyone = sorted(people.people.values(), key=lambda p: (not p.is_active, p.name.lower()))
    manages = request.actor.may("member.manage")
    behind = id_or_none(request.GET.get("before"))
    invitations: Newest[Invitation] = Newest([], None)
    if manages:
        invitations = newest_first(open_invitations(), before=behind)
    context = {
        "rows": [_row(people, person) for person in everyone],
        "invitations": [_offer(each) for each in invitations.rows],
        "older": invitations.older,
        "manages": manages,
        "sees_addresses": manages or request.actor.may("case.view"),
        "why_not": why_not(request, "member.manage"),
    }
    return show(request, "members", context, toast=toast)


def _row(people: Directory, person: Person) -> dict[str, Any]:
    teams = sorted(team.name for team in people.teams.values() if person.id in team.member_ids)
    return {"person": person, "role": people.roles.get(person.role_id), "teams": teams}


def _offer(invitation: Invitation) -> dict[str, Any]:
    link = f"{settings.PUBLIC_URL}/invitations/{secret_of(invitation.id)}"
    return {"invitation": invitation, "link": link, "is_over": invitation.expires_at <= timezone.now()}


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: "InOrganization") -> HttpResponse:
    """Ask for an address and a role, or send the invitation."""
    if request.method != "POST":
        return ask(request, "members", "invite", _roles_to_give(request))
    email = request.POST.get("email", "")
    try:
        made = invite_member(by=request.actor, email=email, role_id=_role_id(request))
    except Refused as error:
        with reading():
            return ask(request, "members", "invite", _roles_to_give(request), error=error)
    return done(request, f"{made.email} is invited", _members, "members")


@require_POST
def revoke(request: "InOrganization", invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    gone = revoke_invitation(by=request.actor, invitation_id=invitation_id)
    return done(request, f"The invitation of {gone.email} is taken back", _members, "members")


@require_http_methods(["GET", "HEAD", "POST"])
def role_of(request: "InOrganization", member_id: UUID) -> HttpResponse:
    """Ask for another role, or give it."""
    if request.method != "POST":
        return ask(request, "members", "member_role", _about(request, member_id))
    try:
        member = change_member_role(by=request.actor, member_id=member_id, role_id=_role_id(request))
    except Refused as error:
        with reading():
            return ask(request, "members", "member_role", _about(request, member_id), error=error)
    return done(request, f"{member.name} has the role {member.role.name}", _members, "members")


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: "InOrganization", member_id: UUID) -> HttpResponse:
    """Ask for another name, or give it."""
    if request.method != "POST":
        return ask(request, "members", "member_name", _about(request, member_id))
    try:
        member = rename_member(by=request.actor, member_id=member_id, name=request.POST.get("name", ""))
    except Refused as error:
        with reading():
            return ask(request, "members", "member_name", _about(request, member_id), error=error)
    return done(request, f"Renamed to {member.name}", _members, "members")


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: "InOrganization", member_id: UUID) -> HttpResponse:
    """Show what a member still holds and ask who takes it, or deactivate them."""
    if request.method != "POST":
        return ask(request, "members", "deactivate", _leaving(request, member_id))
    successor = id_or_none(request.POST.get("hand_over_to"))
    try:
        member = deactivate_member(by=request.actor, member_id=member_id, hand_over_to=successor)
    except Refused as error:
        with reading():
            return ask(request, "members", "deactivate", _leaving(request, member_id), error=error)
    return done(request, f"{member.name} is deactivated", _members, "members")


@require_POST
def reactivate(request: "InOrganization", member_id: UUID) -> HttpResponse:
    """Let a member in again."""
    member = reactivate_member(by=request.actor, member_id=member_id)
    return done(request, f"{member.name} is active again", _members, "members")


def _role_id(request: "InOrganization") -> UUID:
    return id_or_none(request.POST.get("role")) or NO_ROLE


def _roles_to_give(request: "InOrganization") -> dict[str, Any]:
    """Return the roles the visitor could give: those with no permission beyond their own."""
    roles = people_of(request).roles.values()
    mine = request.actor.permissions
    fitting = [role for role in roles if role.permissions <= mine]
    fitting.sort(key=lambda role: -len(role.permissions))
    worker = next((str(role.id) for role in fitting if role.key == "case_worker"), "")
    chosen = request.POST.get("role") or request.GET.get("role") or worker
    return {
        "roles": [(str(role.id), role.name) for role in fitting],
        "described": fitting,
        "role": chosen,
        "email": request.POST.get("email", request.GET.get("email", "")),
        "why_not": why_not(request, "member.manage"),
    }


def _about(request: "InOrganization", member_id: UUID) -> dict[str, Any]:
    person = people_of(request).people.get(member_id)
    if person is None:
        raise Missing("There is no such member.")
    given = _roles_to_give(request)
    role = request.POST.get("role") or str(person.role_id)
    is_me = person.id == request.actor.member_id
    return {
        **given,
        "person": person,
        "role": role,
        "why_not": "" if is_me else given["why_not"],
        "name": request.POST.get("name", person.name),
    }


def _leaving(request: "InOrganization", member_id: UUID) -> dict[str, Any]:
    context = _about(request, member_id)
    people = people_of(request)
    others = [p for p in people.active_people() if p.id != member_id and people.can_be_given_work(p)]
    return {
        **context,
        "held": holdings.held_by(member_id) if request.actor.may("member.manage") else (),
        "others": [(str(person.id), person.name) for person in others],
        "why_not": why_not(request, "member.manage"),
    }
