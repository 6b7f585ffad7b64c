"""Organizations and the people in them."""

from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now
from django_scopes import ScopedManager

from casefy.announce import EVERYBODY
from casefy.ids import new_id
from tenants.constraints import TenantIsolation, tenant_key


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """Make a login. The e-mail address is kept in lower case."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db, force_insert=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person's login. What they may do lives in their memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class Organization(models.Model):
    """A tenant. `revision` counts its configuration acts; caches of configuration are keyed by it.

    `version` counts the events of the organization's stream; the timeline raises it with each.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=50, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, default="en")
    revision = models.PositiveBigIntegerField(default=1)
    version = models.BigIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [TenantIsolation(name="organization_tenant", column="id")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> tuple[str, UUID]:
        """Return the organization's stream in the timeline: its people, roles, tokens and settings."""
        return ("organization", self.id)

    @property
    def heard_by(self) -> tuple[str, ...]:
        """Return whose open screens are told of a change of configuration: everybody's."""
        return (EVERYBODY,)

    @property
    def template_version_id(self) -> None:
        """Return None: no template is in force here."""
        return


class TenantModel(models.Model):
    """Anything that belongs to an organization: isolated by scope, by policy and by key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    organization_id: UUID

    objects: ClassVar[models.Manager[Self]] = ScopedManager(organization="organization")

    class Meta:
        abstract = True
        constraints = [TenantIsolation(name="%(app_label)s_%(class)s_tenant")]


def vouched_organization() -> "models.ForeignKey[Organization, Organization]":
    """Return the organization of rows written by the dozen, whose other keys, or whose writer, vouch for it.

    A key of its own would lock the organization's row at every insert, once for each row: the one row
    that everybody in an organization would meet at.
    """
    return models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )


class CountedModel(TenantModel):
    """Something several people may change: `version` counts its changes, so that nobody overwrites unseen ones."""

    version = models.PositiveBigIntegerField(default=1, db_default=1)

    class Meta(TenantModel.Meta):
        abstract = True

    def save_counted(self, *changed: str) -> None:
        """Save the columns that changed; the version moves on."""
        self.version += 1
        self.save(update_fields=[*changed, "version"])


class Role(CountedModel):
    """A named set of permissions."""

    key = models.SlugField(max_length=50, db_index=False)
    name = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=64), default=list)
    is_built_in = models.BooleanField(default=False)

    class Meta(CountedModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("role_tenant_key"),
            models.UniqueConstraint(fields=["organization", "key"], name="role_key"),
            models.UniqueConstraint(fields=["organization", "name"], name="role_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(CountedModel):
    """A user's place in an organization. Never deleted: the timeline speaks of them."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    user_id: UUID
    name = models.CharField(max_length=120)
    email = models.EmailField()
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    role_id: UUID
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=now)
    deactivated_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("member_tenant_key"),
            models.UniqueConstraint(fields=["organization", "user"], name="member_user"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(CountedModel):
    """Members who share work. `member_ids` is known of a team that an act returns: who is in it, as the act left it."""

    name = models.CharField(max_length=80)
    is_archived = models.BooleanField(default=False)
    member_ids: tuple[UUID, ...] = ()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("team_tenant_key"),
            models.UniqueConstraint(fields=["organization", "name"], name="team_name"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """One member's place in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    team_id: UUID
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    member_id: UUID

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "team", "member"], name="team_member_once"),
        ]


class Invitation(TenantModel):
    """A place offered by mail. The secret is kept as a digest alone."""

    email = models.EmailField()
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    role_id: UUID
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]
        indexes = [models.Index(fields=["organization", "email"], name="invitation_email")]

    @property
    def is_open(self) -> bool:
        """Return whether the place can still be taken."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now()


class Token(TenantModel):
    """A key for the API, held by a member, narrowed by scopes. The secret is kept as a digest alone."""

    name = models.CharField(max_length=80)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    member_id: UUID
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=64), default=list)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]
        indexes = [models.Index(fields=["organization", "member"], name="token_member")]

    def __str__(self) -> str:
        return self.name
