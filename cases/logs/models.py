"""An import is a row, its file rows of pieces: a worker that dies, or another machine's, goes on from there."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from templates_app.models import Template
from tenants.constraints import tenant_key
from tenants.models import CountedModel, TenantModel

# What a reader sees; beside these, an upload is `receiving` until all of it is here.
STATES = ("waiting", "looking", "ready", "importing", "done", "failed", "stopped")


class LogImport(CountedModel):
    """One event log on its way in. `wish` is what a worker is to do next, `state` where the import stands.

    States: `waiting` (a worker will look at the file or import it), `looking`, `ready` (looked at; a person decides),
    `importing`, `done`, `failed`, `stopped`. `steps_done` counts the steps, in the order of the spool, that are
    committed: an import that was killed goes on behind them. `claimed_by` holds it until `claimed_until`; `active_at`
    is when a person or a worker last got on with it. `version` counts what people wanted of it, not how far it is.
    """

    state = models.CharField(max_length=16, default="waiting")
    wish = models.CharField(max_length=16, default="look")
    file_name = models.CharField(max_length=200)
    file_bytes = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    is_stored = models.BooleanField(default=False)
    template_name = models.CharField(max_length=120, default="", blank=True)
    template = models.ForeignKey(
        Template, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    template_id: UUID | None
    plan = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    rows_read = models.BigIntegerField(default=0)
    steps = models.BigIntegerField(default=0)
    steps_done = models.BigIntegerField(default=0)
    cases_made = models.BigIntegerField(default=0)
    events_made = models.BigIntegerField(default=0)
    events_known = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    left_out = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    claimed_by = models.UUIDField(null=True)
    error = models.TextField(default="", blank=True)
    asked_by = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    active_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(CountedModel.Meta):
        constraints = [*TenantModel.Meta.constraints, tenant_key("log_import_tenant_key")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="log_import_newest"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("waiting", "looking", "importing")),
                name="log_import_due",
            ),
            models.Index(
                fields=["organization", "active_at"],
                condition=Q(is_stored=True) | Q(state="receiving"),
                name="log_import_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    @property
    def is_working(self) -> bool:
        """Whether a worker has, or will have, something to do here."""
        return self.state in ("waiting", "looking", "importing")

    @property
    def percent(self) -> int:
        """How much of the import is committed, 0 to 100."""
        return int(100 * self.steps_done / self.steps) if self.steps else 0


class LogPiece(TenantModel):
    """A megabyte of an uploaded file, kept until its import is done."""

    log = models.ForeignKey(LogImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    log_id: UUID
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "log", "number"], name="log_piece_number"),
        ]


class LogFinding(TenantModel):
    """A line that was refused, or imported without one of its values, and why."""

    log = models.ForeignKey(LogImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    log_id: UUID
    line = models.BigIntegerField()
    column = models.CharField(max_length=200, default="", blank=True)
    sentence = models.CharField(max_length=500)
    outcome = models.CharField(max_length=16, default="refused")

    class Meta(TenantModel.Meta):
        constraints = [*TenantModel.Meta.constraints]
        indexes = [models.Index(fields=["organization", "log", "id"], name="log_finding_of_import")]
