"""Keys for the API: made for a member, narrowed by scopes, shown once, revoked at once."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid
from tenants.actions.configuring import configuring, permit, permit_granting, the
from tenants.actor import Actor
from tenants.entering import digest_of
from tenants.events import TokenCreated, TokenRevoked
from tenants.models import Member, Organization, Token
from tenants.permissions import PERMISSIONS
from tenants.words import clean_name
from timeline.record import record

LONGEST = timedelta(days=36_500)
SHOWN = 12  # characters of the secret that are kept to recognize it by


class NewToken(NamedTuple):
    """A token, and its secret: the one time it is known."""

    token: Token
    secret: str


def create_token(
    *,
    by: Actor,
    name: str,
    member_id: UUID | None = None,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> NewToken:
    """Make a key for the API, for oneself, or with token.manage for another member.

    `scopes` narrow what it may do; without any, one's own may do whatever one may at the time. Somebody else's never
    comes to do more than its maker could allow: without scopes it gets those that the member's role has now.
    Raises Forbidden for a token that asks for a token, and for scopes beyond the actor's own.
    """
    with configuring(by) as (by, organization):
        member = _holder(by, organization, member_id)
        wanted = _clean_scopes(scopes or _as_of_now(by, member), member)
        permit_granting(by, frozenset(wanted or member.role.permissions))
        if expires_at is not None and not now() < expires_at <= now() + LONGEST:
            sentence = "Choose a day in the future, and within a hundred years."
            raise Invalid(sentence, fields={"expires_at": sentence})
        secret = f"cfy_{secrets.token_urlsafe(32)}"
        token = Token(
            organization=organization,
            name=clean_name(name, most=80, what="what the token is for"),
            member=member,
            prefix=secret[:SHOWN],
            digest=digest_of(secret),
            scopes=wanted,
            expires_at=expires_at,
        )
        token.save(force_insert=True)
        _say_created(by, organization, token, member)
    return NewToken(token, secret)


def revoke_token(*, by: Actor, token_id: UUID) -> Token:
    """Stop a key from working, at once: one's own, or with token.manage anybody's."""
    with configuring(by) as (by, organization):
        token = the(Token, token_id, "token")
        if token.member_id != by.member_id or by.kind != "member":
            permit(by, "token.manage", organization)
        if token.revoked_at is not None:
            raise Conflict("This token was revoked already.", code="revoked")
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        fact = TokenRevoked(
            token=str(token.id),
            name=token.name,
            member=str(token.member_id),
            member_name=token.member.name,
        )
        record(fact, by=by, about=organization)
    return token


def _holder(by: Actor, organization: Organization, member_id: UUID | None) -> Member:
    if by.kind == "token":
        raise Forbidden("A token cannot make tokens. Log in and make it in the settings.", code="by_token")
    wanted = member_id or by.member_id
    if wanted is None:
        sentence = "Say whose token it is."
        raise Invalid(sentence, fields={"member_id": sentence})
    if wanted != by.member_id:
        permit(by, "token.manage", organization)
    member = the(Member, wanted, "member", hold=False, field="member_id")
    if not member.is_active:
        raise Conflict(f"{member.name} is deactivated.", code="inactive")
    return member


def _as_of_now(by: Actor, member: Member) -> Iterable[str]:
    """Return the scopes of a token for which none were named: none but where it is made for another."""
    if by.kind != "member" or member.id == by.member_id:
        return ()
    if not member.role.permissions:
        sentence = (
            f"{member.name} may do nothing here, and neither could a token of theirs. Give them a role first."
        )
        raise Conflict(sentence, code="may_nothing")
    return member.role.permissions


def _clean_scopes(scopes: Iterable[str], member: Member) -> list[str]:
    wanted = frozenset(scopes)
    beyond = sorted(wanted - frozenset(member.role.permissions))
    if beyond:
        words = ", ".join(PERMISSIONS.get(each, f"{each} (no such permission)") for each in beyond)
        sentence = f"A token cannot do more than its member: {words}."
        raise Invalid(sentence, fields={"scopes": sentence})
    return [name for name in PERMISSIONS if name in wanted]


def _say_created(by: Actor, organization: Organization, token: Token, member: Member) -> None:
    fact = TokenCreated(
        token=str(token.id),
        name=token.name,
        prefix=token.prefix,
        member=str(member.id),
        member_name=member.name,
        scopes=token.scopes,
        expires_at=token.expires_at.isoformat() if token.expires_at else None,
    )
    record(fact, by=by, about=organization)
