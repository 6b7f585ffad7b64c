"""Roles of an organization's own."""

from uuid import uuid4

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from tenants.actions.roles import create_role, delete_role, update_role
from tenants.models import Role
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing


@pytest.fixture
def desk(cast):
    """A role of Acme's own."""
    return create_role(by=cast.owner.actor, name="Front desk", permissions=["case.view", "case.open"])


def test_a_role_is_made_of_named_permissions(cast):
    by = cast.owner.actor
    with acts(cast.organization, says=["role.created"], queries=8) as acted:
        role = create_role(by=by, name="Front desk", permissions=["case.open", "case.view", "case.open"])
    assert (role.key, role.permissions) == ("front_desk", ["case.view", "case.open"])
    assert acted.event.sentence == "made the role Front desk"


def test_two_roles_may_read_alike_in_their_keys_but_not_in_their_names(cast, desk):
    by = cast.owner.actor
    with refused(cast.organization, Invalid, match="already"):
        create_role(by=by, name="front DESK", permissions=[])
    assert create_role(by=by, name="Front-desk", permissions=[]).key != desk.key


def test_an_unknown_permission_is_refused(cast):
    by = cast.owner.actor
    with refused(cast.organization, Invalid, match=r"case\.steal"):
        create_role(by=by, name="Thief", permissions=["case.steal"])


def test_a_changed_role_changes_what_its_members_may(cast, desk):
    member, by = cast.join("Dirk Desk", desk.key), cast.owner.actor
    with acts(cast.organization, says=["role.changed"], queries=8) as acted:
        update_role(by=by, role_id=desk.id, name="Reception", permissions=["case.view", "case.move"])
    assert member.actor.permissions == {"case.view", "case.move"}
    assert acted.event.sentence == (
        "changed the role Reception: renamed from Front desk; now may move cases between stages; "
        "no longer may open cases"
    )


def test_the_same_again_says_nothing(cast, desk):
    with acts(cast.organization, says=[]):
        update_role(
            by=cast.owner.actor, role_id=desk.id, name="Front desk", permissions=["case.open", "case.view"]
        )


def test_built_in_roles_stay_as_they_are(cast):
    by, role = cast.owner.actor, cast.role("case_worker")
    with refused(cast.organization, Conflict, match="built in"):
        update_role(by=by, role_id=role.id, name="X", permissions=[])
    with refused(cast.organization, Conflict, match="built in"):
        delete_role(by=by, role_id=role.id)


def test_a_role_in_use_is_deleted_only_with_a_destination(cast, desk):
    member, by = cast.join("Dirk Desk", desk.key), cast.owner.actor
    with refused(cast.organization, Conflict, match="in use"):
        delete_role(by=by, role_id=desk.id)
    with refused(cast.organization, Conflict):
        delete_role(by=by, role_id=desk.id, destination_id=desk.id)
    with acts(cast.organization, says=["role.deleted"]) as acted:
        delete_role(by=by, role_id=desk.id, destination_id=cast.role("auditor").id)
    assert acted.event.fact["members"] == [str(member.id)]
    assert acted.event.sentence == "deleted the role Front desk; its members are Auditor now"
    assert member.actor.may("case.export")
    with cast.scope, reading():
        assert not Role.objects.filter(id=desk.id).exists()


def test_an_unused_role_just_goes(cast, desk):
    with acts(cast.organization, says=["role.deleted"]):
        delete_role(by=cast.owner.actor, role_id=desk.id)


def test_nobody_makes_a_role_above_their_own(cast):
    maker = create_role(by=cast.owner.actor, name="Maker", permissions=["role.manage", "case.view"])
    by = cast.join("Mo Maker", maker.key).actor
    with refused(cast.organization, Forbidden, match="invite, deactivate"):
        create_role(by=by, name="Boss", permissions=["member.manage"])
    with refused(cast.organization, Forbidden):
        update_role(by=by, role_id=maker.id, name="Maker", permissions=["role.manage", "token.manage"])
    assert create_role(by=by, name="Viewer", permissions=["case.view"]).permissions == ["case.view"]


def test_whoever_may_not_manage_roles_is_told_who_can(cast, desk):
    by = cast.colleague.actor
    with refused(cast.organization, Forbidden, match="Olga Owner can"):
        create_role(by=by, name="X", permissions=[])


def test_strangers_find_no_roles(cast, desk):
    stranger = cast.stranger.actor
    for act in (
        lambda by: update_role(by=by, role_id=desk.id, name="Mine", permissions=[]),
        lambda by: delete_role(by=by, role_id=desk.id),
    ):
        strangers_find_nothing(cast.organization, stranger, act)
    with refused(cast.organization, Missing):
        delete_role(by=cast.owner.actor, role_id=uuid4())
