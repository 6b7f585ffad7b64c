"""The people tests are played with, made by the product's own acts.

Two organizations: *Acme* with an owner, a colleague (case worker) and a reader (auditor), and
*Umbrella*, where the stranger is an owner and may do everything, but nothing in Acme.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils.timezone import now

from tenants.actions.invitations import accept_invitation, invite_member
from tenants.actions.organizations import create_organization
from tenants.actor import Actor
from tenants.entering import enter_by_user
from tenants.invitation_secrets import secret_of
from tenants.models import Member, Organization, Role, User
from tenants.scope import reading, scoped_to

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Player:
    """One person: their login, their place, and a fresh Actor whenever they act."""

    user: User
    member: Member
    slug: str

    @property
    def id(self) -> UUID:
        """The member's id."""
        return self.member.id

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def actor(self) -> Actor:
        """The person as they act now: role and revision as they stand at this moment."""
        with reading():
            entry = enter_by_user(self.user.id, self.slug)
        assert entry is not None, f"{self.name} is no longer let in"
        return entry.actor()


class Cast:
    """Everybody, and the stage they stand on. Players are made when they are first asked for."""

    def __init__(self) -> None:
        self.mark = uuid4().hex[:8]
        founded = create_organization(
            user=self.new_user("Olga Owner"), name="Acme", slug=f"acme-{self.mark}", time_zone="Europe/Berlin"
        )
        self.organization: Organization = founded.organization
        self.owner = Player(founded.member.user, founded.member, self.organization.slug)

    @cached_property
    def colleague(self) -> Player:
        """A case worker."""
        return self.join("Carl Colleague", "case_worker")

    @cached_property
    def designer(self) -> Player:
        """Somebody who makes templates."""
        return self.join("Dora Designer", "designer")

    @cached_property
    def reader(self) -> Player:
        """An auditor: sees everything, changes nothing."""
        return self.join("Rita Reader", "auditor")

    @cached_property
    def guest(self) -> Player:
        """A guest: sees what is assigned to them."""
        return self.join("Gus Guest", "guest")

    @cached_property
    def stranger(self) -> Player:
        """The owner of another organization."""
        user = self.new_user("Sven Stranger")
        founded = create_organization(user=user, name="Umbrella", slug=f"umbrella-{self.mark}")
        return Player(user, founded.member, founded.organization.slug)

    @property
    def scope(self):
        """`with cast.scope:` to look at Acme's rows."""
        return scoped_to(self.organization.id)

    def role(self, key: str) -> Role:
        """Acme's role with this key."""
        with self.scope, reading():
            return Role.objects.get(key=key)

    def join(self, name: str, role: str = "case_worker") -> Player:
        """Somebody new, invited by the owner and joined."""
        user = self.new_user(name)
        by = self.owner.actor
        invitation = invite_member(by=by, email=user.email, role_id=self.role(role).id)
        joined = accept_invitation(user=user, secret=secret_of(invitation.id))
        return Player(user, joined.member, joined.slug)

    def new_user(self, name: str) -> User:
        """A login with a verified address that no other test has."""
        email = f"{name.split()[0].lower()}-{uuid4().hex[:8]}@example.org"
        user = User.objects.create_user(email, PASSWORD, name=name)
        user.emailaddress_set.create(email=email, verified=True, primary=True)
        return user

    @staticmethod
    def now():
        """The instant, for readability."""
        return now()


class CommittedCast(Cast):
    """The cast where tests commit: a look at rows opens a transaction, as every look at rows must."""

    @property
    def scope(self):
        return self._scope()

    @contextmanager
    def _scope(self):
        with scoped_to(self.organization.id), transaction.atomic():
            yield


@pytest.fixture
def cast(db) -> Cast:
    """The cast in a test whose changes are rolled back."""
    return Cast()


@pytest.fixture
def committed_cast(committed) -> Cast:
    """The cast where tests commit: for races, relays, real processes."""
    return CommittedCast()
