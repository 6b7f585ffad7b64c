"""Offering a place by mail, taking the offer back, and accepting it."""

import math
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Max, Min, Q
from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid, Limited, Missing
from tenants.actions.configuring import configuring, permit, permit_granting, the
from tenants.actor import Actor
from tenants.entering import digest_of, offer_for
from tenants.events import InvitationRevoked, MemberInvited, MemberJoined
from tenants.invitation_secrets import secret_of
from tenants.models import Invitation, Member, Organization, Role, User
from tenants.words import clean_name
from timeline.record import record

LASTS = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=5)  # before the same address gets another mail
DAY = timedelta(days=1)


class Joined(NamedTuple):
    """Where an accepted invitation leads."""

    organization_id: UUID
    slug: str
    member: Member


def invite_member(*, by: Actor, email: str, role_id: UUID) -> Invitation:
    """Offer a place by mail, for seven days. An open offer to the same address is replaced by it.

    Raises Forbidden without member.manage or for a role with more permissions than the actor's,
    Invalid for an address that is none, Conflict for somebody who is a member already, Limited for
    an address that was invited a moment ago or an organization that has invited too many within a day.
    """
    with configuring(by) as (by, organization):
        permit(by, "member.manage", organization)
        address = _clean_email(email)
        role = the(Role, role_id, "role", hold=False, field="role_id")
        permit_granting(by, frozenset(role.permissions))
        if Member.objects.filter(email=address, is_active=True).exists():
            sentence = f"{address} is a member already."
            raise Conflict(sentence, code="already_member", fields={"email": sentence})
        _not_too_often(address)
        replaced = _close_open_ones(address)
        invitation = _offer(by, organization, address, role)
        fact = MemberInvited(
            invitation=str(invitation.id),
            email=address,
            role=str(role.id),
            role_name=role.name,
            expires_at=invitation.expires_at.isoformat(),
            replaces=str(replaced) if replaced else None,
        )
        record(fact, by=by, about=organization)
    return invitation


def revoke_invitation(*, by: Actor, invitation_id: UUID) -> Invitation:
    """Take an offered place back: its link stops working at once.

    Raises Conflict when it was accepted or taken back before.
    """
    with configuring(by) as (by, organization):
        permit(by, "member.manage", organization)
        invitation = the(Invitation, invitation_id, "invitation")
        _must_be_open(invitation.accepted_at is not None, invitation.revoked_at is not None)
        invitation.revoked_at = now()
        invitation.save(update_fields=["revoked_at"])
        fact = InvitationRevoked(
            invitation=str(invitation.id), email=invitation.email, role_name=invitation.role.name
        )
        record(fact, by=by, about=organization)
    return invitation


def accept_invitation(*, user: User, secret: str, name: str = "") -> Joined:
    """Take the offered place; a member who was deactivated comes back.

    Raises Missing for a secret nobody gave out, Conflict for an offer that is over, Forbidden for
    a user with another address than the one invited.
    """
    offer = offer_for(secret)
    if offer is None:
        raise Missing("This invitation does not exist. Please ask for a new one.")
    if offer.email != user.email.lower():
        raise Forbidden(
            f"This invitation is for {offer.email}, and you are logged in as {user.email}. "
            "Log in with that address, or ask for an invitation to yours.",
            code="other_address",
        )
    shown = clean_name(name or user.name or user.email.split("@")[0])
    with configuring(Actor(offer.organization_id, "system", "CaseFy")) as (_, organization):
        invitation = the(Invitation, offer.invitation_id, "invitation")
        _must_be_open(invitation.accepted_at is not None, invitation.revoked_at is not None)
        if invitation.expires_at <= now():
            raise Conflict("This invitation has expired. Please ask for a new one.", code="expired")
        member, again = _take_place(organization, user, invitation.role, shown)
        invitation.accepted_at = now()
        invitation.save(update_fields=["accepted_at"])
        _say_joined(organization, member, invitation, again=again)
    return Joined(organization.id, organization.slug, member)


def _offer(by: Actor, organization: Organization, address: str, role: Role) -> Invitation:
    invitation = Invitation(
        organization=organization,
        email=address,
        role=role,
        invited_by_id=by.member_id,
        expires_at=now() + LASTS,
    )
    invitation.digest = digest_of(secret_of(invitation.id))
    invitation.save(force_insert=True)
    return invitation


def _not_too_often(address: str) -> None:
    """Raise Limited: each invitation is a mail to somebody who did not ask for one."""
    at, most = now(), settings.INVITATIONS_PER_DAY
    sent = Invitation.objects.filter(created_at__gt=at - DAY).aggregate(
        today=Count("id"),
        first=Min("created_at"),
        last=Max("created_at", filter=Q(email=address, accepted_at=None)),
    )
    if sent["last"] and sent["last"] > at - AGAIN_AFTER:
        sentence = f"{address} was sent an invitation a moment ago. Wait a few minutes, or pass its link on."
        raise _limited(sentence, sent["last"] + AGAIN_AFTER - at, "invited_just_now", {"email": sentence})
    if most and sent["today"] >= most:
        sentence = f"{most} people were invited here within a day, which is all that goes out. Invite others tomorrow."
        raise _limited(sentence, sent["first"] + DAY - at, "invited_too_many", {})


def _limited(sentence: str, wait: timedelta, code: str, fields: dict[str, str]) -> Limited:
    seconds = math.ceil(wait.total_seconds())
    return Limited(sentence, code=code, fields=fields, details={"retry_after": seconds})


def _close_open_ones(address: str) -> UUID | None:
    open_ones = Invitation.objects.filter(email=address, accepted_at=None, revoked_at=None)
    replaced: UUID | None = open_ones.values_list("id", flat=True).first()
    if replaced:
        open_ones.update(revoked_at=now())
    return replaced


def _take_place(organization: Organization, user: User, role: Role, name: str) -> tuple[Member, bool]:
    member = Member.objects.select_for_update(of=("self",), no_key=True).filter(user=user).first()
    if member is None:
        member = Member(organization=organization, user=user, name=name, email=user.email, role=role)
        member.save(force_insert=True)
        return member, False
    if member.is_active:
        raise Conflict(f"You are a member of {organization.name} already.", code="already_member")
    member.is_active, member.deactivated_at, member.role, member.email = True, None, role, user.email
    member.save_counted("is_active", "deactivated_at", "role", "email")
    return member, True


def _say_joined(organization: Organization, member: Member, invitation: Invitation, *, again: bool) -> None:
    by = Actor(organization.id, "member", member.name, member.id, member_id=member.id)
    fact = MemberJoined(
        member=str(member.id),
        name=member.name,
        email=member.email,
        role=str(member.role_id),
        role_name=member.role.name,
        invitation=str(invitation.id),
        again=again,
    )
    record(fact, by=by, about=organization)


def _must_be_open(is_accepted: bool, is_revoked: bool) -> None:
    if is_accepted:
        raise Conflict("This invitation was accepted already.", code="accepted")
    if is_revoked:
        raise Conflict("This invitation was taken back. Please ask for a new one.", code="revoked")


def _clean_email(raw: str) -> str:
    address = raw.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        sentence = "Please enter an e-mail address, such as ada@example.org."
        raise Invalid(sentence, fields={"email": sentence}) from error
    return address
