"""What the JSON door itself keeps."""

from uuid import UUID

from django.db import models
from django.utils.timezone import now

from tenants.models import TenantModel


class KeptAnswer(TenantModel):
    """An answer given under an Idempotency-Key, kept for a day, to be given again.

    Written in the transaction of the act it answers: both are there, or neither. `holder_id` is the
    token's or the member's; `fingerprint` is the SHA-256 of what was asked.
    """

    holder_id = models.UUIDField()
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    media_type = models.CharField(max_length=80, default="")
    etag = models.CharField(max_length=40, default="", blank=True)
    location = models.CharField(max_length=300, default="", blank=True)
    content = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=now, db_index=True)

    organization_id: UUID

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "holder_id", "route", "key"], name="kept_answer_once"
            ),
        ]
