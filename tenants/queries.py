"""What the screens about people ask, beyond what the directory remembers."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet

from tenants.directory import Directory
from tenants.models import Invitation, Token


def open_invitations() -> QuerySet[Invitation]:
    """Return places that are offered and neither taken nor taken back, also expired ones."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return rows.select_related("role", "invited_by")


def tokens_of(member_id: UUID | None = None) -> QuerySet[Token]:
    """Return the tokens of one member, or of everybody; also those that work no longer."""
    rows = Token.objects.select_related("member")
    return rows if member_id is None else rows.filter(member_id=member_id)


def members_per_role(people: Directory) -> Mapping[UUID, int]:
    """Return how many active members have each role."""
    return Counter(person.role_id for person in people.active_people())
