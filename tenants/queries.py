"""What the screens about people ask, beyond what the directory remembers."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from tenants.directory import Directory
from tenants.models import Invitation, Token


def open_invitations() -> list[Invitation]:
    """Return places that are offered and neither taken nor taken back, the newest first; also expired ones."""
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return list(rows.select_related("role", "invited_by").order_by("-created_at")[:200])


def live_tokens(member_id: UUID | None = None) -> list[Token]:
    """Return tokens that were not revoked, the newest first: of one member, or of everybody."""
    rows = Token.objects.filter(revoked_at=None)
    if member_id is not None:
        rows = rows.filter(member_id=member_id)
    return list(rows.select_related("member").order_by("-created_at")[:500])


def members_per_role(people: Directory) -> Mapping[UUID, int]:
    """Return how many active members have each role."""
    return Counter(person.role_id for person in people.active_people())
