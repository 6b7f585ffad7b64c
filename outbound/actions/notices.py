"""Reading one's inbox. Nobody else's business: it is no event of the organization."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from casefy.errors import Forbidden
from outbound.models import Notice
from outbound.unread import forget_count
from tenants.actor import Actor
from tenants.scope import scoped_to


def read_notices(*, by: Actor, notice_ids: Iterable[UUID] | None = None, case_id: UUID | None = None) -> int:
    """Mark the actor's own notices as read: those named, those of one case, or all; return how many were new.

    Raises Forbidden for an actor who is no member and so has no inbox.
    """
    if by.member_id is None:
        raise Forbidden("Only members have an inbox.", code="no_inbox")
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        mine = Notice.objects.filter(member_id=by.member_id, read_at=None)
        if notice_ids is not None:
            mine = mine.filter(id__in=list(notice_ids))
        if case_id is not None:
            mine = mine.filter(case_id=case_id)
        count = mine.update(read_at=now())
        if count:
            transaction.on_commit(partial(forget_count, by.organization_id, by.member_id), robust=True)
    return count
