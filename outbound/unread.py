"""How many unread notices a member has, remembered in the shared cache: every page shows the number."""

from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from cases.knowing import visible_to
from cases.models import Case
from outbound.models import Notice
from tenants.actor import Actor

AT_MOST = 100  # counted up to here: nobody reads "4,312 unread"
REMEMBERED_SECONDS = 300


def unread_count(by: Actor) -> int:
    """Return how many cases that the actor may see have something new for them, up to 100: as their inbox has it.

    The organization is in scope.
    """
    if by.member_id is None:
        return 0
    key = _key(by.organization_id, by.member_id)
    count = cache.get(key)
    if count is None:
        unread = Notice.objects.filter(member_id=by.member_id, read_at=None)
        if not by.may("case.view"):
            unread = unread.filter(Exists(Case.objects.filter(visible_to(by), id=OuterRef("case_id"))))
        count = unread.values("case_id").distinct()[:AT_MOST].count()
        cache.set(key, count, REMEMBERED_SECONDS)
    return int(count)


def forget_count(organization_id: UUID, member_id: UUID) -> None:
    """Let the number be counted again. Call after commit."""
    cache.delete(_key(organization_id, member_id))


def _key(organization_id: UUID, member_id: UUID) -> str:
    return f"unread:{organization_id}:{member_id}"
