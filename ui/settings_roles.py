"""Roles: what each may do, side by side, and roles of one's own."""

from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from casefy.errors import Missing, Refused
from tenants.actions.roles import create_role, delete_role, update_role
from tenants.directory import Directory, RoleView
from tenants.permissions import BUILT_IN_ROLES, PERMISSIONS
from tenants.queries import members_per_role
from tenants.scope import reading
from ui.draw import Toast
from ui.reading import id_or_none, number_or_none
from ui.settings_screen import ask, done, people_of, reload, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization

AREAS = {
    "organization": "Organization",
    "member": "People",
    "role": "People",
    "team": "People",
    "token": "API",
    "template": "Templates",
    "case": "Cases",
    "timeline": "Timeline",
    "outbox": "Deliveries",
}
_ORDER = [role.key for role in BUILT_IN_ROLES]


@require_safe
def roles(request: "InOrganization") -> HttpResponse:
    """Show all roles and what they may do."""
    return _roles(request, None)


def _roles(request: "InOrganization", toast: Toast | None) -> HttpResponse:
    people = people_of(request)
    shown = in_order(people)
    counts = members_per_role(people)
    context = {
        "roles": [{"role": role, "members": counts.get(role.id, 0)} for role in shown],
        "areas": [
            (
                area,
                [
                    (sentence, [(role, name in role.permissions) for role in shown])
                    for name, sentence in names
                ],
            )
            for area, names in permissions_by_area()
        ],
        "why_not": why_not(request, "role.manage"),
    }
    return show(request, "roles", context, toast=toast)


@require_http_methods(["GET", "HEAD", "POST"])
def new_role(request: "InOrganization") -> HttpResponse:
    """Ask for a name and permissions, or make the role."""
    if request.method != "POST":
        return _form(request, None)
    try:
        role = create_role(
            by=request.actor,
            name=request.POST.get("name", ""),
            permissions=request.POST.getlist("permissions"),
        )
    except Refused as error:
        with reading():
            return _form(request, None, error)
    return _to_roles(request, f"The role {role.name} is made")


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: "InOrganization", role_id: UUID) -> HttpResponse:
    """Show a role, or change it."""
    with reading():
        view = _the(request, role_id)
        if request.method != "POST":
            return _form(request, view)
    try:
        changed = update_role(
            by=request.actor,
            role_id=role_id,
            name=request.POST.get("name", ""),
            permissions=request.POST.getlist("permissions"),
            expected_version=number_or_none(request.POST.get("expected_version")),
        )
    except Refused as error:
        with reading():
            return _form(request, view, error)
    return _to_roles(request, f"{changed.name} is saved")


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: "InOrganization", role_id: UUID) -> HttpResponse:
    """Ask which role the members get instead, or delete the role."""
    if request.method != "POST":
        return ask(request, "roles", "role_delete", _leaving(request, role_id))
    try:
        gone = delete_role(
            by=request.actor,
            role_id=role_id,
            destination_id=id_or_none(request.POST.get("destination")),
        )
    except Refused as error:
        with reading():
            return ask(request, "roles", "role_delete", _leaving(request, role_id), error=error)
    return done(request, f"The role {gone.name} is deleted", _roles, "roles")


def in_order(people: Directory) -> list[RoleView]:
    """Return the roles: built-in ones from the strongest to the weakest, then the others by name."""
    own = len(_ORDER)
    rank = {key: number for number, key in enumerate(_ORDER)}
    return sorted(people.roles.values(), key=lambda role: (rank.get(role.key, own), role.name.lower()))


def permissions_by_area() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every permission with its sentence, by area."""
    named = groupby(PERMISSIONS.items(), key=lambda item: AREAS[item[0].split(".", 1)[0]])
    return [(area, list(items)) for area, items in named]


def _to_roles(request: "InOrganization", text: str) -> HttpResponse:
    return reload(request, text, "roles")


def _the(request: "InOrganization", role_id: UUID) -> RoleView:
    view = people_of(request).roles.get(role_id)
    if view is None:
        raise Missing("There is no such role.")
    return view


def _form(request: "InOrganization", view: RoleView | None, error: Refused | None = None) -> HttpResponse:
    people, mine = people_of(request), request.actor.permissions
    why = why_not(request, "role.manage")
    if view is not None and view.is_built_in:
        why = "This role is built in and stays as it is. Make a role of your own that is like it."
    chosen = set(view.permissions) if view else _copied(request, people)
    if error is not None:
        chosen = set(request.POST.getlist("permissions"))
    lines = [
        (area, [{"name": n, "words": w, "on": n in chosen, "mine": n in mine} for n, w in names])
        for area, names in permissions_by_area()
    ]
    context = {
        "role": view,
        "version": error.details.get("version") if error else None,
        "name": request.POST.get("name", "") if error else (view.name if view else ""),
        "areas": lines,
        "error": error,
        "why_not": why,
        "members": [p for p in people.active_people() if view and p.role_id == view.id],
    }
    return show(request, "roles", context, page="role", status=error.status if error else 200)


def _copied(request: "InOrganization", people: Directory) -> set[str]:
    """Return the permissions of the role a new one starts from (`?like=<id>`), those the visitor has."""
    like = people.roles.get(id_or_none(request.GET.get("like")) or UUID(int=0))
    return set(like.permissions & request.actor.permissions) if like else set()


def _leaving(request: "InOrganization", role_id: UUID) -> dict[str, Any]:
    view, people = _the(request, role_id), people_of(request)
    fitting = [r for r in in_order(people) if r.id != role_id and r.permissions <= request.actor.permissions]
    return {
        "role": view,
        "members": [p for p in people.people.values() if p.role_id == role_id],
        "destinations": [(str(each.id), each.name) for each in fitting],
        "destination": request.POST.get("destination", ""),
        "why_not": why_not(request, "role.manage"),
    }
