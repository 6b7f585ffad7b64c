"""Templates, their versions, and the identities that reports and indexes stand on."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from casefy.announce import EVERYBODY
from tenants.constraints import tenant_key
from tenants.models import TenantModel
from timeline.registry import witness


class Template(TenantModel):
    """A kind of process. `key` is its stable id in addresses, files and the API.

    `published` is the version that running cases follow, `draft` the one being edited, if any.
    `version` counts the events of the template's stream.
    """

    key = models.SlugField(max_length=64, db_index=False)
    name = models.CharField(max_length=120)
    description = models.TextField(default="", blank=True)
    icon = models.CharField(max_length=40, default="workflow")
    color = models.CharField(max_length=16, default="blue")
    state = models.CharField(max_length=16, default="draft")
    published = models.ForeignKey(
        "TemplateVersion", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    published_id: UUID | None
    draft = models.ForeignKey(
        "TemplateVersion", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    draft_id: UUID | None
    version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("template_tenant_key"),
            models.UniqueConstraint(fields=["organization", "key"], name="template_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> tuple[str, UUID]:
        """Return the template's stream in the timeline."""
        return ("template", self.id)

    @property
    def heard_by(self) -> tuple[str, ...]:
        """Return whose open screens are told of the template: everybody's, cases show its stages and fields."""
        return (EVERYBODY,)

    @property
    def template_version_id(self) -> UUID | None:
        """Return the version in force, for the timeline."""
        return self.published_id


witness("template", Template)


class TemplateVersion(TenantModel):
    """One state of a template's definition: a draft until it is published, unchangeable after."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id: UUID
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("template_version_tenant_key"),
            models.UniqueConstraint(
                fields=["organization", "template", "number"], name="template_version_number"
            ),
            models.UniqueConstraint(
                fields=["organization", "template"],
                condition=Q(published_at=None),
                name="template_one_draft",
            ),
        ]


class StageIdentity(TenantModel):
    """A stage of a template, whatever it is called in which version. Made when first published."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id: UUID
    key = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("stage_identity_tenant_key"),
            models.UniqueConstraint(fields=["organization", "template", "key"], name="stage_identity_key"),
        ]


class FieldIdentity(TenantModel):
    """A field of a template, whatever it is called in which version. Its kind never changes.

    `since` is the number of the version it was first published with.
    """

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id: UUID
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    since = models.PositiveIntegerField(default=1, db_default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("field_identity_tenant_key"),
            models.UniqueConstraint(fields=["organization", "template", "key"], name="field_identity_key"),
        ]


class NumberCounter(TenantModel):
    """The last number given in one period of a template's number pattern."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id: UUID
    period = models.CharField(max_length=10)
    last = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "template", "period"], name="number_counter_period"
            ),
        ]
