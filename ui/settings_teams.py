"""Teams: who is in which, and new ones."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefy.errors import Missing, Refused
from tenants.actions.teams import (
    add_team_member,
    archive_team,
    create_team,
    remove_team_member,
    rename_team,
    restore_team,
)
from tenants.scope import reading
from ui.draw import Toast
from ui.reading import id_or_none
from ui.settings_screen import ask, done, people_of, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization

NOBODY = UUID(int=0)


@require_safe
def teams(request: "InOrganization") -> HttpResponse:
    """Show the teams."""
    return _teams(request, None)


def _teams(request: "InOrganization", toast: Toast | None) -> HttpResponse:
    people = people_of(request)
    rows: list[dict[str, Any]] = []
    for team in sorted(people.teams.values(), key=lambda team: (team.is_archived, team.name.lower())):
        inside = [people.people[id_] for id_ in team.member_ids if id_ in people.people]
        outside = [p for p in people.active_people() if p.id not in team.member_ids]
        rows.append(
            {
                "team": team,
                "members": sorted(inside, key=lambda person: person.name.lower()),
                "others": [(str(person.id), person.name) for person in outside],
            }
        )
    why = why_not(request, "team.manage")
    return show(request, "teams", {"rows": rows, "manages": not why, "why_not": why}, toast=toast)


@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: "InOrganization") -> HttpResponse:
    """Ask for a name, or make the team."""
    context = {
        "name": request.POST.get("name", ""),
        "title": "New team",
        "act": "teams/new",
        "submit": "Make it",
    }
    if request.method != "POST":
        return ask(request, "teams", "team", {**context, "why_not": why_not(request, "team.manage")})
    try:
        team = create_team(by=request.actor, name=context["name"])
    except Refused as error:
        with reading():
            return ask(request, "teams", "team", context, error=error)
    return done(request, f"The team {team.name} is made", _teams, "teams")


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: "InOrganization", team_id: UUID) -> HttpResponse:
    """Ask for another name, or give it."""
    with reading():
        team = people_of(request).teams.get(team_id)
        if team is None:
            raise Missing("There is no such team.")
        why = why_not(request, "team.manage")
    context = {
        "name": request.POST.get("name", team.name),
        "title": f"Rename {team.name}",
        "act": f"teams/{team_id}/rename",
        "submit": "Rename",
        "why_not": why,
    }
    if request.method != "POST":
        return ask(request, "teams", "team", context)
    try:
        renamed = rename_team(by=request.actor, team_id=team_id, name=context["name"])
    except Refused as error:
        with reading():
            return ask(request, "teams", "team", context, error=error)
    return done(request, f"Renamed to {renamed.name}", _teams, "teams")


@require_POST
def archive(request: "InOrganization", team_id: UUID) -> HttpResponse:
    """Archive a team."""
    team = archive_team(by=request.actor, team_id=team_id)
    return done(request, f"{team.name} is archived", _teams, "teams")


@require_POST
def restore(request: "InOrganization", team_id: UUID) -> HttpResponse:
    """Take a team out of the archive."""
    team = restore_team(by=request.actor, team_id=team_id)
    return done(request, f"{team.name} takes work again", _teams, "teams")


@require_POST
def add(request: "InOrganization", team_id: UUID) -> HttpResponse:
    """Put somebody into a team."""
    member_id = id_or_none(request.POST.get("member")) or NOBODY
    place = add_team_member(by=request.actor, team_id=team_id, member_id=member_id)
    return done(request, f"{place.member.name} is in {place.team.name}", _teams, "teams")


@require_POST
def remove(request: "InOrganization", team_id: UUID, member_id: UUID) -> HttpResponse:
    """Take somebody out of a team."""
    team = remove_team_member(by=request.actor, team_id=team_id, member_id=member_id)
    return done(request, f"Taken out of {team.name}", _teams, "teams")
