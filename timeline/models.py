"""The timeline's tables. Rows are written by `record` and by the database itself, by nothing else."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django_scopes import ScopedManager

from tenants.constraints import TenantIsolation
from tenants.models import Organization, TenantModel, vouched_organization
from timeline.registry import witness

# Its row is counted up by the database itself (migration 0013), since acts of every app record on its stream.
witness("organization", Organization)

# What the organization's timeline is narrowed to, where it would otherwise be read past many others: an import alone
# brings thousands of moves of one template.
_SOUGHT = (
    ("event_by_actor", Q(actor_id__isnull=False), "actor_id"),
    ("event_for_member", Q(on_behalf_of__isnull=False), "on_behalf_of"),
    ("event_by_kind", Q(actor_kind__in=("token", "participant", "rule", "agent", "system")), "actor_kind"),
    ("event_by_type", Q(), "type"),
    ("event_by_version", Q(template_version_id__isnull=False), "template_version_id"),
    ("event_of_setup", Q(stream_kind__in=("template", "organization"))),
)

_CALENDAR = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


def _recent(name: str, condition: Q, *first: str) -> models.Index:
    """Return an index over some events, the last recorded first."""
    fields = ["organization", *first, "-recorded_at", "-position"]
    return models.Index(fields=fields, condition=condition or None, name=name)


class Stream(TenantModel):
    """The head of one chain: of a case, a template or an organization. Kept by the notary.

    `id` is the id of the thing it is about; `seq` and `hash` are those of the last event.
    """

    organization = vouched_organization()  # by the notary, who takes it from the scope
    kind = models.CharField(max_length=16)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)
    feed_tx = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]


class Event(TenantModel):
    """One thing that happened. Written once, never changed; every column is part of the hash.

    `salt`, `body` and `personal` are how a body is handed in: the notary moves them to
    `EventBody`, so that an erasure can empty them there without touching the chain.
    """

    organization = vouched_organization()  # by the notary
    stream_kind = models.CharField(max_length=16)
    stream_id = models.UUIDField()
    seq = models.BigIntegerField()
    type = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    template_version_id = models.UUIDField(null=True)
    caused_by = models.UUIDField(null=True)
    correlation_id = models.UUIDField(null=True)
    depth = models.SmallIntegerField(default=0)
    is_imported = models.BooleanField(default=False)
    commitment = models.BinaryField(max_length=32)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    position = models.BigIntegerField()
    feed_tx = models.BigIntegerField()
    salt = models.BinaryField(max_length=16, null=True)
    body = models.TextField(null=True)
    personal = models.TextField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "stream_id", "seq"], name="event_seq"),
            models.CheckConstraint(
                condition=Q(salt=None, body=None, personal=None), name="event_body_is_handed_over"
            ),
            # Postgres also knows infinity and years that no calendar of ours reads back.
            models.CheckConstraint(
                condition=Q(occurred_at__range=_CALENDAR, recorded_at__range=_CALENDAR),
                name="event_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "feed_tx", "position"], name="event_feed"),
            models.Index(fields=["organization", "-recorded_at", "-position"], name="event_recent"),
            *(_recent(name, condition, *first) for name, condition, *first in _SOUGHT),
        ]

    def __str__(self) -> str:
        return f"{self.type} #{self.seq}"


class EventBody(TenantModel):
    """What an event says. `id` is the event's. Emptied by an erasure, never changed otherwise."""

    organization = vouched_organization()  # by the notary
    salt = models.BinaryField(max_length=16, null=True)
    body = models.TextField(null=True)
    personal = models.TextField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]


class Delivery(TenantModel):
    """The outbox: one event still owed to one subscriber. Gone when done, kept when dead."""

    organization = vouched_organization()  # by the statement that records its event
    event_id = models.UUIDField()
    stream_id = models.UUIDField()
    seq = models.BigIntegerField()
    subscriber = models.CharField(max_length=32)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "stream_id", "subscriber", "seq"], name="delivery_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "due_at"], condition=Q(dead_at=None), name="delivery_due"),
            models.Index(
                fields=["organization", "dead_at"], condition=~Q(dead_at=None), name="delivery_dead"
            ),
        ]


class FieldMention(models.Model):
    """That an event changed a field's value: how the changes of one field are found in a long timeline.

    Made of the event's body by `record`, and could be made again; the first event of a case, which
    fills many fields at once, is not listed. `field` is the field's key, or $title.
    """

    pk = models.CompositePrimaryKey("organization", "stream_id", "field", "seq")
    organization = vouched_organization()  # by the statement that records its event
    stream_id = models.UUIDField()
    field = models.CharField(max_length=64, db_collation="C")
    seq = models.BigIntegerField()

    objects: ClassVar[models.Manager[Self]] = ScopedManager(organization="organization")

    class Meta:
        constraints = [TenantIsolation(name="timeline_fieldmention_tenant")]


class Claim(TenantModel):
    """The lanes a worker is about to carry. Gone with their effects; one that stays was left by a dead worker."""

    organization = vouched_organization()  # by the statement that makes it, from the scope
    streams = ArrayField(models.UUIDField())
    subscribers = ArrayField(models.CharField(max_length=32))
    made_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]

    def __str__(self) -> str:
        return f"{len(self.streams)} lanes"
