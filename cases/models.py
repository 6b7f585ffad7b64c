"""Cases and what makes them quick to find."""

from uuid import UUID

import django_fsm as fsm
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from casefy.announce import EVERY_CASE
from cases.machine import RUNNING, Standing
from templates_app.models import FieldIdentity, Template, TemplateVersion
from tenants.constraints import tenant_key
from tenants.models import Member, Team, TenantModel, vouched_organization
from timeline.registry import witness

IS_RUNNING = Q(status__in=sorted(RUNNING))


class Case(fsm.FSMModelMixin, TenantModel):
    """One running thing. What it is can be rebuilt from its timeline alone (cases/replay.py).

    `stage` is data of the template; `status` is the fixed life cycle. `version` is the seq of the
    last event. `stage_seconds` holds the calendar seconds spent in stages that were left.
    """

    organization = vouched_organization()  # by the key to the template
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id: UUID
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    template_version_id: UUID
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    status = fsm.FSMField(max_length=16, default="open", protected=True)
    stage = models.CharField(max_length=64)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    owner_id: UUID | None
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    team_id: UUID | None
    data = models.JSONField(default=dict)
    version = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField(default=now)
    stage_entered_at = models.DateTimeField(default=now)
    stage_seconds = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=now)
    hold_until = models.DateField(null=True)
    follow_up_on = models.DateField(null=True)  # `hold_until`, until it has come and was said
    hold_reason = models.TextField(default="", blank=True)
    outcome = models.CharField(max_length=64, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    external_ref = models.CharField(max_length=400, null=True)  # NULL, so that it is unique where given
    document = SearchVectorField(null=True)

    #: The organization's configuration under which the case was read; set where it is read.
    revision: int = 0

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            tenant_key("case_tenant_key"),
            models.UniqueConstraint(fields=["organization", "number"], name="case_number"),
            models.UniqueConstraint(
                fields=["organization", "template", "external_ref"],
                condition=Q(external_ref__isnull=False),
                name="case_external_ref",
            ),
        ]
        # Equal up to the id, in whose order a list stands: one of these is a way to it (cases/ways.py).
        indexes = [
            models.Index(fields=["organization", "status", "id"], name="case_status"),
            models.Index(fields=["organization", "template", "status", "id"], name="case_of_template"),
            models.Index(fields=["organization", "owner", "status", "id"], name="case_owner"),
            models.Index(fields=["organization", "team", "status", "id"], name="case_team"),
            models.Index(fields=["organization", "changed_at", "id"], name="case_changed"),
            models.Index(
                fields=["organization", "template", "stage", "id"],
                include=["stage_entered_at"],  # the median age of a column is read from the index alone
                condition=IS_RUNNING,
                name="case_board",
            ),
            models.Index(
                fields=["organization", "hold_until", "id"],
                condition=Q(hold_until__isnull=False),
                name="case_hold_until",
            ),
            models.Index(
                fields=["follow_up_on"], condition=Q(follow_up_on__isnull=False), name="case_follow_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stream(self) -> tuple[str, UUID]:
        """Return the case's stream in the timeline."""
        return ("case", self.id)

    @property
    def heard_by(self) -> tuple[str, ...]:
        """Return whose open screens are told of the case: those who may see it (cases/knowing.py), and nobody else."""
        owner = (f"owner:{self.owner_id}",) if self.owner_id else ()
        return (EVERY_CASE, *owner, f"team:{self.team_id}") if self.team_id else (EVERY_CASE, *owner)

    @property
    def standing(self) -> Standing:
        """Return what `possible_moves` wants to know."""
        return Standing(self.status, self.stage, self.data)

    @property
    def is_running(self) -> bool:
        """Return whether the case is open or on hold."""
        return self.status in RUNNING

    @fsm.transition(field=status, source="open", target="on_hold")
    def hold(self) -> None:
        """Stop the case for a while."""

    @fsm.transition(field=status, source="on_hold", target="open")
    def resume(self) -> None:
        """Go on."""

    @fsm.transition(field=status, source=["open", "on_hold"], target="closed")
    def close(self) -> None:
        """End the case with an outcome."""

    @fsm.transition(field=status, source=["open", "on_hold"], target="cancelled")
    def cancel(self) -> None:
        """End the case without one."""

    @fsm.transition(field=status, source=["closed", "cancelled"], target="open")
    def reopen(self) -> None:
        """Take the case up again."""


witness("case", Case)


class Value(TenantModel):
    """The typed index: one row for each value of a case's field that can be filtered or sorted by.

    Row-level security keeps Postgres from using indexes over jsonb operators (they are not
    leakproof), so values also live here in plain columns, kept by the same act as the case.
    """

    organization = vouched_organization()  # by the key to the case
    field = models.ForeignKey(
        FieldIdentity, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    field_id: UUID
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    case_id: UUID
    text = models.CharField(max_length=200, null=True, db_collation="C")
    number = models.FloatField(null=True)
    instant = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        # Unique, so that the planner knows a case at most once per value and can page along the index.
        constraints = [
            *TenantModel.Meta.constraints,
            *(
                models.UniqueConstraint(
                    fields=["organization", "field", kind, "case"],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"value_{kind}",
                )
                for kind in ("text", "number", "instant")
            ),
        ]
        indexes = [models.Index(fields=["organization", "case", "field"], name="value_of_case")]
