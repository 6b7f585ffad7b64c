"""Teams: members who share work."""

from uuid import UUID

from casefy.errors import Conflict, Invalid
from tenants.actions.configuring import configuring, permit, the, the_seen
from tenants.actor import Actor
from tenants.events import (
    TeamArchived,
    TeamCreated,
    TeamMemberAdded,
    TeamMemberRemoved,
    TeamRenamed,
    TeamRestored,
)
from tenants.models import Member, Team, TeamMember
from tenants.words import clean_name
from timeline.record import record


def create_team(*, by: Actor, name: str) -> Team:
    """Make a team, empty. Raises Forbidden without team.manage, Invalid for a name in use."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team = Team(organization=organization, name=_free_name(name))
        team.save(force_insert=True)
        record(TeamCreated(team=str(team.id), name=team.name), by=by, about=organization)
    return team


def rename_team(*, by: Actor, team_id: UUID, name: str, expected_version: int | None = None) -> Team:
    """Give a team another name."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team = _team(team_id, expected_version)
        before, after = team.name, _free_name(name, but=team)
        if before != after:
            team.name = after
            team.save_counted("name")
            record(TeamRenamed(team=str(team.id), before=before, after=after), by=by, about=organization)
    return team


def archive_team(*, by: Actor, team_id: UUID, expected_version: int | None = None) -> Team:
    """Let a team take no new work. What it has it keeps."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team = _team(team_id, expected_version)
        if team.is_archived:
            raise Conflict(f"{team.name} is archived already.", code="archived")
        team.is_archived = True
        team.save_counted("is_archived")
        record(TeamArchived(team=str(team.id), name=team.name), by=by, about=organization)
    return team


def restore_team(*, by: Actor, team_id: UUID, expected_version: int | None = None) -> Team:
    """Let an archived team take work again."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team = _team(team_id, expected_version)
        if not team.is_archived:
            raise Conflict(f"{team.name} is not archived.", code="not_archived")
        team.is_archived = False
        team.save_counted("is_archived")
        record(TeamRestored(team=str(team.id), name=team.name), by=by, about=organization)
    return team


def add_team_member(
    *, by: Actor, team_id: UUID, member_id: UUID, expected_version: int | None = None
) -> TeamMember:
    """Put a member into a team. Raises Conflict for one who is in it, or deactivated."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team, member = (
            _team(team_id, expected_version),
            the(Member, member_id, "member", hold=False, field="member_id"),
        )
        if not member.is_active:
            raise Conflict(f"{member.name} is deactivated.", code="inactive")
        if member.id in team.member_ids:
            raise Conflict(f"{member.name} is in {team.name} already.", code="in_team")
        place = TeamMember(organization=organization, team=team, member=member)
        place.save(force_insert=True)
        team.member_ids = tuple(sorted((*team.member_ids, member.id)))
        team.save_counted()
        fact = TeamMemberAdded(
            team=str(team.id), team_name=team.name, member=str(member.id), name=member.name
        )
        record(fact, by=by, about=organization)
    return place


def remove_team_member(
    *, by: Actor, team_id: UUID, member_id: UUID, expected_version: int | None = None
) -> Team:
    """Take a member out of a team. Raises Conflict for one who is not in it."""
    with configuring(by) as (by, organization):
        permit(by, "team.manage", organization)
        team, member = _team(team_id, expected_version), the(Member, member_id, "member", hold=False)
        if member.id not in team.member_ids:
            raise Conflict(f"{member.name} is not in {team.name}.", code="not_in_team")
        TeamMember.objects.filter(team=team, member=member).delete()
        team.member_ids = tuple(each for each in team.member_ids if each != member.id)
        team.save_counted()
        fact = TeamMemberRemoved(
            team=str(team.id), team_name=team.name, member=str(member.id), name=member.name
        )
        record(fact, by=by, about=organization)
    return team


def _team(team_id: UUID, expected_version: int | None) -> Team:
    team = the_seen(Team, team_id, "team", expected_version)
    ids = TeamMember.objects.filter(team=team).order_by("member_id").values_list("member_id", flat=True)
    team.member_ids = tuple(ids)
    return team


def _free_name(raw: str, *, but: Team | None = None) -> str:
    name = clean_name(raw, most=80, what="the team's name")
    same = Team.objects.filter(name__iexact=name)
    if (same.exclude(id=but.id) if but else same).exists():
        sentence = f"There is a team “{name}” already. Please choose another name."
        raise Invalid(sentence, code="name_taken", fields={"name": sentence})
    return name
