"""What is to leave the building, and what is laid into members' inboxes."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from tenants.models import Member, TenantModel


class Mail(TenantModel):
    """One mail to be sent: planned in the relay's transaction, sent outside of any.

    `about` holds what its template needs, and no secret: links with secrets are made when it is
    sent. `attempts` is counted before each attempt; a dead mail waits for a person's decision.
    """

    kind = models.CharField(max_length=32)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    about = models.JSONField(default=dict)
    event_id = models.UUIDField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "event_id", "to", "kind"], name="mail_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, dead_at=None), name="mail_due"),
            models.Index(fields=["organization", "dead_at"], condition=~Q(dead_at=None), name="mail_dead"),
            models.Index(fields=["sent_at"], condition=~Q(sent_at=None), name="mail_sent"),
        ]

    def __str__(self) -> str:
        return self.subject


class Notice(TenantModel):
    """Something a member should know about: one event of one case. Kept for half a year (forgetting.py)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    member_id: UUID
    kind = models.CharField(max_length=32)
    event_id = models.UUIDField()
    case_id = models.UUIDField()
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "event_id", "member"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "member", "id"], name="notice_inbox"),
            models.Index(
                fields=["organization", "member", "case_id"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.member_id}"
