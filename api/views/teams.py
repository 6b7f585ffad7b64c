"""Teams: members who share work."""

from uuid import UUID

from api.answers import Answer, page
from api.documented import ETAG, LOCATION, documented, guarded, seen
from api.documented_people import TeamShape, TeamsShape
from api.door import Call, Door
from api.inputs import Id, Input, Nothing, Text
from api.shapes import team_shape
from api.views.knowing import known
from casefy.errors import Missing
from tenants.actions.teams import (
    add_team_member,
    archive_team,
    create_team,
    remove_team_member,
    rename_team,
    restore_team,
)
from tenants.models import Team


class CreateTeam(Input):
    """A name."""

    name = Text(max_length=80)


class RenameTeam(CreateTeam):
    """The new name."""


class AddTeamMember(Input):
    """Who joins."""

    member_id = Id()


def team_answer(team: Team, status: int = 200, location: str = "") -> Answer:
    """Return a team as an act left it."""
    shape = {
        "id": team.id,
        "name": team.name,
        "member_ids": list(team.member_ids),
        "is_archived": team.is_archived,
        "version": team.version,
    }
    return Answer(shape, status, team.version, location)


class Teams(Door):
    """The teams."""

    @documented("teams_list", "List teams", gives=TeamsShape, tag="teams")
    def get(self, call: Call) -> Answer:
        """Archived teams too, by name. Needs case.view, or a permission to manage people."""
        ordered = sorted(known(call).teams.values(), key=lambda team: (team.name.casefold(), team.id))
        return Answer(page([team_shape(team) for team in ordered], None))

    @documented(
        "teams_create",
        "Make a team",
        gives=TeamShape,
        status=201,
        takes=CreateTeam,
        parameters=[ETAG, LOCATION],
        tag="teams",
    )
    def post(self, call: Call) -> Answer:
        """Empty at first. Needs team.manage."""
        made = create_team(by=call.by, **call.read(CreateTeam))
        return team_answer(made, 201, location=f"/api/v1/teams/{made.id}")


class OneTeam(Door):
    """A team."""

    @documented("teams_get", "Get a team", gives=TeamShape, tag="teams", **seen())
    def get(self, call: Call, team_id: UUID) -> Answer:
        """One team. Needs case.view, or a permission to manage people."""
        team = known(call).teams.get(team_id)
        if team is None:
            raise Missing("There is no such team.")
        return Answer(team_shape(team), version=team.version)

    @documented("teams_rename", "Rename a team", gives=TeamShape, takes=RenameTeam, tag="teams", **guarded())
    def patch(self, call: Call, team_id: UUID) -> Answer:
        """Needs team.manage."""
        return team_answer(rename_team(by=call.by, team_id=team_id, **call.read_seen(RenameTeam)))


class TeamArchival(Door):
    """A team that takes no new work."""

    @documented("teams_archive", "Archive a team", gives=TeamShape, takes=Nothing, tag="teams", **guarded())
    def post(self, call: Call, team_id: UUID) -> Answer:
        """What it has it keeps."""
        return team_answer(archive_team(by=call.by, team_id=team_id, **call.read_seen(Nothing)))


class TeamRestoration(Door):
    """A team that takes work again."""

    @documented("teams_restore", "Restore a team", gives=TeamShape, takes=Nothing, tag="teams", **guarded())
    def post(self, call: Call, team_id: UUID) -> Answer:
        """Needs team.manage."""
        return team_answer(restore_team(by=call.by, team_id=team_id, **call.read_seen(Nothing)))


class TeamMembers(Door):
    """Who is in a team."""

    @documented(
        "teams_add_member",
        "Add a member to a team",
        gives=TeamShape,
        takes=AddTeamMember,
        tag="teams",
        **guarded(),
    )
    def post(self, call: Call, team_id: UUID) -> Answer:
        """Needs team.manage."""
        place = add_team_member(by=call.by, team_id=team_id, **call.read_seen(AddTeamMember))
        return team_answer(place.team)


class TeamMemberRemoval(Door):
    """Who is in a team no longer."""

    @documented(
        "teams_remove_member",
        "Take a member out of a team",
        gives=TeamShape,
        takes=Nothing,
        tag="teams",
        **guarded(),
    )
    def post(self, call: Call, team_id: UUID, member_id: UUID) -> Answer:
        """Needs team.manage."""
        given = call.read_seen(Nothing)
        return team_answer(remove_team_member(by=call.by, team_id=team_id, member_id=member_id, **given))
