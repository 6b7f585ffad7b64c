"""What happens to members: roles, names, leaving and coming back."""

from dataclasses import replace
from uuid import uuid4

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from tenants import holdings
from tenants.actions.members import (
    adopt_email,
    change_member_role,
    deactivate_member,
    reactivate_member,
    rename_member,
)
from tenants.actions.roles import create_role
from tenants.actions.tokens import create_token
from tenants.actor import system_actor
from tenants.entering import enter_by_token, enter_by_user
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing


class Parcels:
    """A kind of thing to hold, in memory."""

    def __init__(self):
        self.of = {}

    def count(self, member_id):
        return self.of.get(member_id, 0)

    def words(self, count):
        return f"{count} parcels"

    def hand_over(self, *, by, from_member_id, to_member_id):  # noqa: ARG002
        count = self.of.pop(from_member_id, 0)
        self.of[to_member_id] = self.of.get(to_member_id, 0) + count
        return count


@pytest.fixture
def parcels(monkeypatch):
    parcels = Parcels()
    monkeypatch.setattr(holdings, "_holdings", {"parcels": parcels})
    return parcels


def test_a_member_gets_another_role_and_may_do_its_things_at_once(cast):
    colleague, designer = cast.colleague, cast.role("designer")
    assert not colleague.actor.may("template.edit")
    by = cast.owner.actor
    with acts(cast.organization, says=["member.role_changed"], queries=8) as acted:
        change_member_role(by=by, member_id=colleague.id, role_id=designer.id)
    assert colleague.actor.may("template.edit")
    assert acted.event.sentence == "changed the role of Carl Colleague from Case worker to Designer"


def test_the_same_role_again_says_nothing(cast):
    colleague, by, role = cast.colleague, cast.owner.actor, cast.role("case_worker")
    with acts(cast.organization, says=[]):
        change_member_role(by=by, member_id=colleague.id, role_id=role.id)


def test_the_last_owner_stays_one(cast):
    by, role = cast.owner.actor, cast.role("auditor")
    with refused(cast.organization, Conflict, match="last owner"):
        change_member_role(by=by, member_id=cast.owner.id, role_id=role.id)
    with refused(cast.organization, Conflict, match="last owner"):
        deactivate_member(by=by, member_id=cast.owner.id)
    change_member_role(by=by, member_id=cast.colleague.id, role_id=cast.role("owner").id)
    change_member_role(by=by, member_id=cast.owner.id, role_id=role.id)
    assert not cast.owner.actor.may("member.manage")


def test_nobody_gives_or_takes_what_they_do_not_have(cast):
    role = create_role(by=cast.owner.actor, name="Host", permissions=["member.manage", "case.view"])
    host, colleague = cast.join("Hana Host", role.key), cast.colleague
    by, owner = host.actor, cast.role("owner")
    with refused(cast.organization, Forbidden, match="may not do yourself"):
        change_member_role(by=by, member_id=host.id, role_id=owner.id)
    with refused(cast.organization, Forbidden):
        change_member_role(by=by, member_id=cast.owner.id, role_id=role.id)
    with refused(cast.organization, Forbidden):
        deactivate_member(by=by, member_id=colleague.id)


def test_everybody_renames_themselves_and_only_those_who_may_rename_others(cast):
    colleague, by = cast.colleague, cast.colleague.actor
    with acts(cast.organization, says=["member.renamed"], queries=7) as acted:
        rename_member(by=by, member_id=colleague.id, name=" Carla  Colleague ")
    assert colleague.actor.label == "Carla Colleague"
    assert acted.event.sentence == "renamed Carl Colleague to Carla Colleague"
    with refused(cast.organization, Forbidden):
        rename_member(by=colleague.actor, member_id=cast.owner.id, name="X")
    with refused(cast.organization, Invalid):
        rename_member(by=colleague.actor, member_id=colleague.id, name=" ")


def test_a_new_address_is_shown_in_the_organization(cast):
    colleague, by = cast.colleague, cast.colleague.actor
    with acts(cast.organization, says=[]):
        adopt_email(by=by)
    colleague.user.email = f"new-{cast.mark}@example.org"
    colleague.user.save(update_fields=["email"])
    with acts(cast.organization, says=["member.email_changed"]) as acted:
        member = adopt_email(by=by)
    assert member.email == colleague.user.email
    assert acted.event.sentence.endswith(f"to {member.email}")
    with refused(cast.organization, Forbidden):
        adopt_email(by=system_actor(cast.organization.id))


def test_a_deactivated_member_is_out_at_once_with_their_tokens(cast):
    colleague = cast.colleague
    token, secret = create_token(by=colleague.actor, name="Script")
    with acts(cast.organization, says=["member.deactivated"]) as acted:
        deactivate_member(by=cast.owner.actor, member_id=colleague.id)
    assert acted.event.fact["revoked_tokens"] == [str(token.id)]
    with reading():
        assert enter_by_user(colleague.user.id, cast.organization.slug) is None
        assert enter_by_token(secret) is None
    with refused(cast.organization, Conflict):
        deactivate_member(by=cast.owner.actor, member_id=colleague.id)


def test_a_member_who_comes_back_has_their_role_but_not_their_tokens(cast):
    colleague = cast.colleague
    _, secret = create_token(by=colleague.actor, name="Script")
    deactivate_member(by=cast.owner.actor, member_id=colleague.id)
    with acts(cast.organization, says=["member.reactivated"]):
        reactivate_member(by=cast.owner.actor, member_id=colleague.id)
    assert colleague.actor.may("case.move")
    with reading():
        assert enter_by_token(secret) is None
    with refused(cast.organization, Conflict):
        reactivate_member(by=cast.owner.actor, member_id=colleague.id)


def test_whoever_holds_something_leaves_only_when_it_is_handed_over(cast, parcels):
    colleague, designer = cast.colleague, cast.designer
    parcels.of[colleague.id] = 3
    by = cast.owner.actor
    with refused(cast.organization, Conflict, match="still holds 3 parcels") as caught:
        deactivate_member(by=by, member_id=colleague.id)
    assert caught.value.details["held"] == "3 parcels"
    for nobody in (uuid4(), colleague.id, cast.stranger.id):
        with refused(cast.organization, Invalid):
            deactivate_member(by=by, member_id=colleague.id, hand_over_to=nobody)
    with acts(cast.organization, says=["member.deactivated"]) as acted:
        deactivate_member(by=by, member_id=colleague.id, hand_over_to=designer.id)
    assert parcels.of == {designer.id: 3}
    assert acted.event.sentence == "deactivated Carl Colleague and handed 3 parcels over to Dora Designer"


def test_whoever_may_not_manage_members_is_told_who_can(cast):
    by, role = cast.reader.actor, cast.role("owner")
    for act in (
        lambda: change_member_role(by=by, member_id=cast.reader.id, role_id=role.id),
        lambda: deactivate_member(by=by, member_id=cast.owner.id),
        lambda: reactivate_member(by=by, member_id=cast.owner.id),
    ):
        with refused(cast.organization, Forbidden, match="Olga Owner can"):
            act()


def test_strangers_find_no_members(cast):
    stranger, member, role = cast.stranger.actor, cast.colleague.id, cast.role("owner").id
    for act in (
        lambda by: change_member_role(by=by, member_id=member, role_id=role),
        lambda by: rename_member(by=by, member_id=member, name="Mine"),
        lambda by: deactivate_member(by=by, member_id=member),
        lambda by: reactivate_member(by=by, member_id=member),
    ):
        strangers_find_nothing(cast.organization, stranger, act)
    with refused(cast.organization, Missing):
        change_member_role(by=cast.owner.actor, member_id=cast.colleague.id, role_id=uuid4())


def test_a_token_renames_nobody_without_the_permission(cast):
    token = replace(cast.colleague.actor, kind="token")
    with refused(cast.organization, Forbidden):
        rename_member(by=token, member_id=cast.colleague.id, name="Somebody Else")
