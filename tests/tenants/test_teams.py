"""Teams: made, renamed, archived, filled and emptied."""

import pytest

from casefy.errors import Conflict, Forbidden, Invalid
from tenants.actions.members import deactivate_member
from tenants.actions.teams import (
    add_team_member,
    archive_team,
    create_team,
    remove_team_member,
    rename_team,
    restore_team,
)
from tenants.directory import directory
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing


@pytest.fixture
def claims(cast):
    """A team."""
    return create_team(by=cast.owner.actor, name="Claims")


def test_a_team_is_made(cast):
    by = cast.owner.actor
    with acts(cast.organization, says=["team.created"], queries=7) as acted:
        create_team(by=by, name=" Claims  desk ")
    assert acted.event.sentence == "made the team Claims desk"


def test_a_team_is_renamed_and_no_two_have_one_name(cast, claims):
    other, by = create_team(by=cast.owner.actor, name="Payments"), cast.owner.actor
    with acts(cast.organization, says=["team.renamed"]):
        rename_team(by=by, team_id=claims.id, name="Complaints")
    with refused(cast.organization, Invalid, match="already"):
        rename_team(by=by, team_id=other.id, name="COMPLAINTS")
    with acts(cast.organization, says=[]):
        rename_team(by=by, team_id=other.id, name="Payments")


def test_an_archived_team_takes_no_work_until_it_is_restored(cast, claims):
    with acts(cast.organization, says=["team.archived"]):
        archive_team(by=cast.owner.actor, team_id=claims.id)
    assert [team.name for team in _people(cast).active_teams()] == []
    with refused(cast.organization, Conflict):
        archive_team(by=cast.owner.actor, team_id=claims.id)
    with acts(cast.organization, says=["team.restored"]):
        restore_team(by=cast.owner.actor, team_id=claims.id)
    assert [team.name for team in _people(cast).active_teams()] == ["Claims"]
    with refused(cast.organization, Conflict):
        restore_team(by=cast.owner.actor, team_id=claims.id)


def test_members_come_and_go(cast, claims):
    colleague, by = cast.colleague, cast.owner.actor
    with acts(cast.organization, says=["team.member_added"], queries=10) as acted:
        add_team_member(by=by, team_id=claims.id, member_id=colleague.id)
    assert acted.event.sentence == "added Carl Colleague to Claims"
    assert _people(cast).teams_of(colleague.id) == (claims.id,)
    with refused(cast.organization, Conflict, match="already"):
        add_team_member(by=by, team_id=claims.id, member_id=colleague.id)
    with acts(cast.organization, says=["team.member_removed"]):
        remove_team_member(by=by, team_id=claims.id, member_id=colleague.id)
    with refused(cast.organization, Conflict, match="not in"):
        remove_team_member(by=by, team_id=claims.id, member_id=colleague.id)


def test_whoever_is_deactivated_cannot_be_added(cast, claims):
    deactivate_member(by=cast.owner.actor, member_id=cast.colleague.id)
    with refused(cast.organization, Conflict, match="deactivated"):
        add_team_member(by=cast.owner.actor, team_id=claims.id, member_id=cast.colleague.id)


def test_whoever_may_not_manage_teams_is_told_who_can(cast, claims):
    by = cast.colleague.actor
    for act in (
        lambda: create_team(by=by, name="Mine"),
        lambda: rename_team(by=by, team_id=claims.id, name="Mine"),
        lambda: archive_team(by=by, team_id=claims.id),
        lambda: add_team_member(by=by, team_id=claims.id, member_id=by.member_id),
    ):
        with refused(cast.organization, Forbidden, match="Olga Owner can"):
            act()


def test_strangers_find_no_teams_and_put_nobody_into_theirs(cast, claims):
    stranger, colleague = cast.stranger, cast.colleague
    theirs = create_team(by=stranger.actor, name="Theirs")
    for act in (
        lambda by: rename_team(by=by, team_id=claims.id, name="Mine"),
        lambda by: archive_team(by=by, team_id=claims.id),
        lambda by: restore_team(by=by, team_id=claims.id),
        lambda by: add_team_member(by=by, team_id=claims.id, member_id=stranger.id),
        lambda by: add_team_member(by=by, team_id=theirs.id, member_id=colleague.id),
        lambda by: remove_team_member(by=by, team_id=claims.id, member_id=colleague.id),
    ):
        strangers_find_nothing(cast.organization, stranger.actor, act)


def _people(cast):
    with cast.scope, reading():
        return directory(cast.organization.id, cast.owner.actor.revision)
