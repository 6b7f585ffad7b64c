"""Inviting, taking back, accepting."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid, Limited, Missing
from tenants.actions.invitations import AGAIN_AFTER, accept_invitation, invite_member, revoke_invitation
from tenants.actions.members import deactivate_member
from tenants.actions.roles import create_role
from tenants.entering import offer_for, offers_to, organizations_of
from tenants.invitation_secrets import secret_of
from tenants.models import Invitation
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing


@pytest.fixture
def invited(cast):
    """A user without a place yet, and their open invitation."""
    user = cast.new_user("Ines Invited")
    role = cast.role("case_worker")
    return user, invite_member(by=cast.owner.actor, email=user.email, role_id=role.id)


def test_an_invitation_lasts_seven_days_and_keeps_its_secret_as_a_digest_alone(cast):
    by, role = cast.owner.actor, cast.role("auditor")
    with acts(cast.organization, says=["member.invited"], queries=10) as acted:
        invitation = invite_member(by=by, email=" New@Example.org ", role_id=role.id)
    assert invitation.email == "new@example.org"
    assert timedelta(days=6, hours=23) < invitation.expires_at - now() <= timedelta(days=7)
    assert acted.event.sentence == "invited new@example.org as Auditor"
    secret = secret_of(invitation.id)
    assert secret not in str(acted.event.fact)
    assert secret.encode() not in bytes(invitation.digest)
    assert offer_for(secret).invitation_id == invitation.id


def test_a_new_invitation_replaces_an_open_one(cast, invited):
    user, first = invited
    by, role = cast.owner.actor, cast.role("auditor")
    with cast.scope:
        Invitation.objects.update(created_at=now() - AGAIN_AFTER)
    with acts(cast.organization, says=["member.invited"]) as acted:
        second = invite_member(by=by, email=user.email, role_id=role.id)
    assert acted.event.fact["replaces"] == str(first.id)
    with refused(cast.organization, Conflict, match="taken back"):
        accept_invitation(user=user, secret=secret_of(first.id))
    assert [offer.invitation_id for offer in offers_to(user.id)] == [second.id]


def test_an_address_gets_one_mail_within_minutes_whatever_became_of_the_invitation(cast, invited):
    user, first = invited
    by, role = cast.owner.actor, cast.role("auditor")
    revoke_invitation(by=by, invitation_id=first.id)
    with refused(cast.organization, Limited, match="a moment ago") as caught:
        invite_member(by=by, email=user.email.upper(), role_id=role.id)
    assert caught.value.code == "invited_just_now"
    assert 0 < caught.value.details["retry_after"] <= AGAIN_AFTER.total_seconds()
    assert list(caught.value.fields) == ["email"]
    assert invite_member(by=by, email="another@example.org", role_id=role.id)


def test_an_organization_invites_so_many_people_a_day_and_no_more(cast, settings):
    by, role = cast.owner.actor, cast.role("auditor")
    settings.INVITATIONS_PER_DAY = 2
    for name in ("one", "two"):
        invite_member(by=by, email=f"{name}@example.org", role_id=role.id)
    with refused(cast.organization, Limited, match="Invite others tomorrow") as caught:
        invite_member(by=by, email="three@example.org", role_id=role.id)
    assert (caught.value.code, 86_000 < caught.value.details["retry_after"] <= 86_400) == (
        "invited_too_many",
        True,
    )
    with cast.scope:
        Invitation.objects.update(created_at=now() - timedelta(days=1))
    assert invite_member(by=by, email="three@example.org", role_id=role.id)


def test_accepting_gives_a_place_with_the_role_offered(cast, invited):
    user, invitation = invited
    with acts(cast.organization, says=["member.joined"]) as acted:
        joined = accept_invitation(user=user, secret=secret_of(invitation.id))
    assert (joined.slug, joined.member.role.key) == (cast.organization.slug, "case_worker")
    assert acted.event.actor_id == joined.member.id
    assert [place.slug for place in organizations_of(user.id)] == [cast.organization.slug]
    assert offers_to(user.id) == ()


def test_an_invitation_is_accepted_once(cast, invited):
    user, invitation = invited
    accept_invitation(user=user, secret=secret_of(invitation.id))
    with refused(cast.organization, Conflict, match="accepted already"):
        accept_invitation(user=user, secret=secret_of(invitation.id))


def test_an_invitation_ends_after_seven_days(cast, invited):
    user, invitation = invited
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=True):
        with refused(cast.organization, Conflict, match="expired"):
            accept_invitation(user=user, secret=secret_of(invitation.id))


def test_an_invitation_that_was_taken_back_is_worth_nothing(cast, invited):
    user, invitation = invited
    by = cast.owner.actor
    with acts(cast.organization, says=["member.invitation_revoked"]):
        revoke_invitation(by=by, invitation_id=invitation.id)
    assert offers_to(user.id) == ()
    with refused(cast.organization, Conflict, match="taken back"):
        accept_invitation(user=user, secret=secret_of(invitation.id))
    with refused(cast.organization, Conflict):
        revoke_invitation(by=by, invitation_id=invitation.id)


def test_an_invitation_is_for_its_address_alone(cast, invited):
    _, invitation = invited
    other = cast.new_user("Otto Other")
    with refused(cast.organization, Forbidden, match="is for ines"):
        accept_invitation(user=other, secret=secret_of(invitation.id))


def test_a_secret_nobody_gave_out_opens_nothing(cast):
    with refused(cast.organization, Missing):
        accept_invitation(user=cast.new_user("Eve"), secret=secret_of(uuid4()))


def test_whoever_was_deactivated_comes_back_as_the_same_member(cast):
    colleague = cast.colleague
    deactivate_member(by=cast.owner.actor, member_id=colleague.id)
    role = cast.role("designer")
    invitation = invite_member(by=cast.owner.actor, email=colleague.user.email, role_id=role.id)
    with acts(cast.organization, says=["member.joined"]) as acted:
        joined = accept_invitation(user=colleague.user, secret=secret_of(invitation.id))
    assert (joined.member.id, joined.member.role_id) == (colleague.id, role.id)
    assert acted.event.fact["again"] is True


def test_a_member_cannot_be_invited(cast):
    colleague, by, role = cast.colleague, cast.owner.actor, cast.role("auditor")
    with refused(cast.organization, Conflict, match="a member already"):
        invite_member(by=by, email=colleague.user.email, role_id=role.id)


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org"]
)
def test_an_address_that_is_none_is_refused(cast, email):
    by, role = cast.owner.actor, cast.role("auditor")
    with refused(cast.organization, Invalid):
        invite_member(by=by, email=email, role_id=role.id)


def test_whoever_may_not_invite_is_told_so(cast):
    by, role = cast.colleague.actor, cast.role("auditor")
    with refused(cast.organization, Forbidden, match="You may not invite"):
        invite_member(by=by, email="new@example.org", role_id=role.id)


def test_nobody_invites_into_a_role_above_their_own(cast):
    role = create_role(by=cast.owner.actor, name="Host", permissions=["member.manage", "case.view"])
    host = cast.join("Hana Host", role.key).actor
    owner = cast.role("owner")
    with refused(cast.organization, Forbidden, match="may not do yourself"):
        invite_member(by=host, email="new@example.org", role_id=owner.id)


def test_strangers_find_neither_roles_nor_invitations(cast, invited):
    _, invitation = invited
    role, stranger = cast.role("auditor"), cast.stranger.actor
    strangers_find_nothing(
        cast.organization, stranger, lambda by: invite_member(by=by, email="x@example.org", role_id=role.id)
    )
    strangers_find_nothing(
        cast.organization, stranger, lambda by: revoke_invitation(by=by, invitation_id=invitation.id)
    )
    with cast.scope, reading():
        assert Invitation.objects.get(id=invitation.id).revoked_at is None
