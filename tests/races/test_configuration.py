"""An act on people, roles, tokens and teams that waited for another judges by the rights that other left."""

import pytest
from django.utils.timezone import now

from outbound.actions.deliveries import give_up_delivery
from outbound.models import Mail
from tenants.actions.members import change_member_role, deactivate_member
from tenants.actions.roles import create_role
from tenants.actions.teams import create_team
from tenants.actions.tokens import create_token, revoke_token
from tenants.entering import enter_by_token
from tenants.models import Member
from tenants.scope import reading
from tests.races.waiting import waiting_for
from timeline.models import Event


def owners(cast):
    """Ids of the organization's owners."""
    with cast.scope:
        return set(Member.objects.filter(role__key="owner", is_active=True).values_list("id", flat=True))


def demote(cast, by, whom):
    """An owner makes another a case worker."""
    role = cast.role("case_worker")
    return lambda: change_member_role(by=by, member_id=whom.id, role_id=role.id)


def in_turn(cast, *acts):
    """How the acts ended, one after the other."""
    with waiting_for(cast.organization) as line:
        outcomes = [line.join(act) for act in acts]
    return [outcome.code for outcome in outcomes]


def test_of_two_owners_who_demote_each_other_one_stays(committed_cast):
    cast = committed_cast
    one, other = cast.owner, cast.join("Otto Owner", "owner")
    acts = demote(cast, one.actor, other), demote(cast, other.actor, one)
    assert in_turn(cast, *acts) == ["", "forbidden"]
    assert owners(cast) == {one.id}


def test_an_owner_who_was_just_demoted_demotes_nobody(committed_cast):
    cast = committed_cast
    one, other, third = cast.owner, cast.join("Otto Owner", "owner"), cast.join("Thea Third", "owner")
    acts = demote(cast, one.actor, other), demote(cast, other.actor, third)
    assert in_turn(cast, *acts) == ["", "forbidden"]
    assert owners(cast) == {one.id, third.id}


def test_of_two_owners_who_step_down_at_once_one_stays(committed_cast):
    cast = committed_cast
    one, other = cast.owner, cast.join("Otto Owner", "owner")
    acts = demote(cast, one.actor, one), demote(cast, other.actor, other)
    assert in_turn(cast, *acts) == ["", "last_owner"]
    assert owners(cast) == {other.id}


def test_an_owner_who_was_just_deactivated_does_nothing_more(committed_cast):
    cast = committed_cast
    one, other = cast.owner, cast.join("Otto Owner", "owner")
    leaves, by = one.actor, other.actor
    leave, create = (
        lambda: deactivate_member(by=leaves, member_id=other.id),
        lambda: create_team(by=by, name="Finance"),
    )
    assert in_turn(cast, leave, create) == ["", "let_out"]


@pytest.mark.parametrize(
    "act",
    [
        lambda by: create_role(by=by, name="Helpers", permissions=["case.view"]),
        lambda by: create_team(by=by, name="Finance"),
        lambda by: create_token(by=by, name="All I may do"),
    ],
    ids=["role", "team", "token"],
)
def test_a_token_revoked_while_an_act_waits_works_no_longer(committed_cast, act):
    cast = committed_cast
    made = create_token(by=cast.owner.actor, name="Script")
    with reading():
        by = enter_by_token(made.secret).actor()
    owner = cast.owner.actor
    acts = lambda: revoke_token(by=owner, token_id=made.token.id), lambda: act(by)
    assert in_turn(cast, *acts) == ["", "let_out"]


def test_nobody_gives_away_what_they_lost_while_waiting(committed_cast):
    cast = committed_cast
    owner, admin, colleague = cast.owner.actor, cast.join("Ada Admin", "owner"), cast.colleague
    role = create_role(by=owner, name="People", permissions=["member.manage", "case.view"])
    by = admin.actor
    acts = (
        lambda: change_member_role(by=owner, member_id=admin.id, role_id=role.id),
        demote(cast, by, colleague),
        lambda: change_member_role(by=by, member_id=colleague.id, role_id=cast.owner.member.role_id),
    )
    assert in_turn(cast, *acts) == ["", "", "more_than_yours"]


def test_a_failed_delivery_is_dropped_only_by_whoever_still_may(committed_cast):
    cast = committed_cast
    with cast.scope:
        about = {"organization_id": cast.organization.id, "event_id": Event.objects.first().id}
        mail = Mail(**about, to="a@example.org", subject="Hi", dead_at=now())
        mail.save(force_insert=True)
    other = cast.join("Otto Owner", "owner")
    by, act = other.actor, demote(cast, cast.owner.actor, other)
    assert in_turn(cast, act, lambda: give_up_delivery(by=by, delivery_id=mail.id)) == ["", "forbidden"]
