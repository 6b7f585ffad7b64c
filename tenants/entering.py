"""Who comes in: from a session or a token to an Actor, in one statement."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.timezone import now

from casefy.ids import new_id
from tenants.actor import Actor
from tenants.models import User
from tenants.postgres.prepared import prepared


@dataclass(frozen=True, slots=True)
class Entry:
    """What the porter knows of one who came in: the organization, the member, and what they may do."""

    organization_id: UUID
    slug: str
    organization_name: str
    time_zone: str
    locale: str
    revision: int
    member_id: UUID
    member_name: str
    member_email: str
    role_key: str
    permissions: frozenset[str]
    token_id: UUID | None = None
    token_name: str = ""

    def actor(self, correlation_id: UUID | None = None) -> Actor:
        """Return the one who acts: the member, or their token on the member's behalf."""
        is_token = self.token_id is not None
        return Actor(
            organization_id=self.organization_id,
            kind="token" if is_token else "member",
            id=self.token_id or self.member_id,
            label=f"{self.token_name} (API)" if is_token else self.member_name,
            permissions=self.permissions,
            member_id=self.member_id,
            revision=self.revision,
            on_behalf_of=self.member_id if is_token else None,
            correlation_id=correlation_id or new_id(),
        )


@dataclass(frozen=True, slots=True)
class Membership:
    """One organization a user belongs to."""

    organization_id: UUID
    slug: str
    name: str
    role_name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation's secret tells whoever holds it."""

    organization_id: UUID
    organization_name: str
    invitation_id: UUID
    email: str
    role_name: str
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Return whether the place can still be taken."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now()


def digest_of(secret: str) -> bytes:
    """Return what is kept of a token's or an invitation's secret (SHA-256; secrets are 256 random bits)."""
    return hashlib.sha256(secret.encode()).digest()


def enter_by_token(secret: str) -> Entry | None:
    """Return who holds this token, or None. Inside a transaction, the tenant is set for its rest."""
    row = _one("SELECT * FROM porter.enter_by_token(%s)", [digest_of(secret)])
    if row is None:
        return None
    token_id, token_name, scopes = row[-3:]
    entry = _entry(row[:-3])
    allowed = entry.permissions & frozenset(scopes) if scopes else entry.permissions
    return replace(entry, permissions=allowed, token_id=token_id, token_name=token_name)


def enter_by_user(user_id: UUID, slug: str) -> Entry | None:
    """Return the user's place in the organization, or None. Sets the tenant as `enter_by_token` does."""
    if "\x00" in slug:  # Postgres takes no such text; it names nobody's organization
        return None
    row = _one("SELECT * FROM porter.enter_by_user(%s, %s)", [user_id, slug])
    return None if row is None else _entry(row)


def user_and_entry(user_id: UUID, slug: str) -> tuple[User | None, Entry | None]:
    """Return an active login and its place in the organization, as `enter_by_user` does: one statement for both."""
    row = _one(_USER_AND_ENTRY, ["" if "\x00" in slug else slug, user_id])
    if row is None:
        return None, None
    user = User.from_db("default", _USER, row[: len(_USER)])
    entry = row[len(_USER) :]
    return user, None if entry[0] is None else _entry(entry)


def organizations_of(user_id: UUID) -> tuple[Membership, ...]:
    """Return the organizations a user belongs to, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM porter.organizations_of(%s)", [user_id])
        return tuple(Membership(*row) for row in cursor.fetchall())


def organization_named(slug: str) -> UUID | None:
    """Return the id of the organization with this slug, for the command line and for sign-up."""
    row = _one("SELECT porter.organization_named(%s)", [slug])
    return row[0] if row else None


def offer_for(secret: str) -> Offer | None:
    """Return the invitation with this secret, whatever became of it, or None."""
    row = _one("SELECT * FROM porter.invitation(%s)", [digest_of(secret)])
    return None if row is None else Offer(*row)


def offers_to(user_id: UUID) -> tuple[Offer, ...]:
    """Return the open invitations to a user's (verified) address, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM porter.offers_to(%s)", [user_id])
        return tuple(Offer(*row) for row in cursor.fetchall())


def _entry(row: Sequence[Any]) -> Entry:
    columns = [*row[:-1], frozenset(row[-1])]
    return Entry(*columns)


_USER = tuple(field.attname for field in User._meta.concrete_fields)
_USER_AND_ENTRY = (
    f"SELECT {', '.join(f'u.{name}' for name in _USER)}, e.* FROM tenants_user u "
    "LEFT JOIN LATERAL porter.enter_by_user(u.id, %s) e ON true WHERE u.id = %s AND u.is_active"
)


def _one(sql: str, parameters: list[Any]) -> tuple[Any, ...] | None:
    with prepared() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
