"""How many unread notices a member has, remembered in the shared cache: every page shows the number."""

from uuid import UUID

from django.core.cache import cache

from outbound.models import Notice

AT_MOST = 100  # counted up to here: nobody reads "4,312 unread"
REMEMBERED_SECONDS = 300


def unread_count(organization_id: UUID, member_id: UUID) -> int:
    """Return how many cases have something new for a member, up to 100. The organization is in scope."""
    key = _key(organization_id, member_id)
    count = cache.get(key)
    if count is None:
        cases = Notice.objects.filter(member_id=member_id, read_at=None).values("case_id").distinct()
        count = cases[:AT_MOST].count()
        cache.set(key, count, REMEMBERED_SECONDS)
    return int(count)


def forget_count(organization_id: UUID, member_id: UUID) -> None:
    """Let the number be counted again. Call after commit."""
    cache.delete(_key(organization_id, member_id))


def _key(organization_id: UUID, member_id: UUID) -> str:
    return f"unread:{organization_id}:{member_id}"
