"""The organization's configuration as of now, inside an act's transaction: its revision, and what the actor may do.

READ COMMITTED shows a statement the database as it was when the statement began, but for the row it locks. So an act
that waited for a lock asks `actor_now`, which looks anew, in the statement that waits, after the lock:

    SELECT a.*, h.* FROM (SELECT … FOR NO KEY UPDATE) h, LATERAL actor_now(h.organization_id, %s, %s) a
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from casefy.errors import Forbidden, Missing
from tenants.actor import Actor
from tenants.permissions import PERMISSIONS
from tenants.postgres.prepared import prepared

LET_IN = ("member", "token")  # the kinds of actors whose rights are a member's


class AsOfNow(NamedTuple):
    """The columns of `actor_now`. `permissions` are None for whoever is not let in (any more), or is no member."""

    revision: int
    time_zone: str
    permissions: Sequence[str] | None

    def actor(self, by: Actor) -> Actor:
        """Return the actor as of now. Raises Forbidden for a member or token that lost its place meanwhile."""
        if by.kind in LET_IN and self.permissions is None:
            raise Forbidden(_OUT[by.kind], code="let_out")
        return self.whoever(by)

    def whoever(self, by: Actor) -> Actor:
        """Return the actor as of now: one who may do nothing where they lost their place. CaseFy may do everything."""
        allowed = by.permissions
        if by.kind in LET_IN:
            allowed = frozenset(self.permissions or ())
        elif by.kind == "system":
            allowed = frozenset(PERMISSIONS)
        return replace(by, revision=self.revision, permissions=allowed)


def keys_of(by: Actor) -> list[UUID | None]:
    """Return what `actor_now` is asked about, after the organization: the member, and the token."""
    return [by.member_id, by.id if by.kind == "token" else None]


def as_of_now(by: Actor) -> AsOfNow:
    """Return what is in force, and what the actor may do, in one statement. Raises Missing without an organization."""
    with prepared() as cursor:
        cursor.execute("SELECT * FROM actor_now(%s, %s, %s)", [by.organization_id, *keys_of(by)])
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise Missing("There is no such organization.")
    return AsOfNow(*row)


def configuration(by: Actor) -> tuple[Actor, str]:
    """Return the actor as of now and the organization's time zone: one statement.

    Raises Missing where there is no such organization, and Forbidden as `AsOfNow.actor` does.
    """
    now = as_of_now(by)
    return now.actor(by), now.time_zone


_OUT = {
    "member": "You are no longer a member here. Ask an owner to take you back.",
    "token": "This token was revoked or has expired, or its member has left. Use another one.",
}
