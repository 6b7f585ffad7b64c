"""What becomes of mails and events that could not be delivered: another try, or an end. A person decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from casefy.doorbell import ring
from casefy.errors import Missing
from outbound.events import DeliveryGivenUp, DeliveryRetried
from outbound.models import Mail
from outbound.subscribers import SEND_MAIL
from tenants.actions.configuring import hold_organization, permit
from tenants.actor import Actor
from tenants.models import Organization
from tenants.scope import scoped_to
from timeline.models import Delivery
from timeline.record import RELAY, record


class _Held(NamedTuple):
    by: Actor
    organization: Organization
    row: Mail | Delivery
    facts: dict[str, str]


def retry_delivery(*, by: Actor, delivery_id: UUID) -> None:
    """Make a dead mail or event due again, with all its attempts. Raises Missing where it is not dead."""
    with _holding(by, delivery_id) as held:
        held.row.attempts, held.row.dead_at, held.row.due_at = 0, None, now()
        held.row.save(update_fields=["attempts", "dead_at", "due_at"])
        record(DeliveryRetried(**held.facts), by=held.by, about=held.organization)
        bell = SEND_MAIL if isinstance(held.row, Mail) else RELAY
        transaction.on_commit(partial(ring, bell), robust=True)


def give_up_delivery(*, by: Actor, delivery_id: UUID) -> None:
    """Drop a dead mail or event for good; the timeline keeps that. Raises Missing where it is not dead."""
    with _holding(by, delivery_id) as held:
        held.row.delete()
        record(DeliveryGivenUp(**held.facts), by=held.by, about=held.organization)


@contextmanager
def _holding(by: Actor, delivery_id: UUID) -> Iterator[_Held]:
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        by, organization = hold_organization(by)
        permit(by, "outbox.manage", organization)
        row = _dead(Mail, delivery_id) or _dead(Delivery, delivery_id)
        if row is None:
            raise Missing("There is no failed delivery like this. Somebody may have dealt with it.")
        facts = {"delivery": str(row.id), "error": row.error[:500], **_told(row)}
        yield _Held(by, organization, row, facts)


def _told(row: Mail | Delivery) -> dict[str, str]:
    if isinstance(row, Mail):
        return {"kind": "mail", "to": row.to, "what": row.subject}
    return {"kind": "event", "to": row.subscriber, "what": str(row.event_id)}


def _dead(model: type[Mail] | type[Delivery], row_id: UUID) -> Mail | Delivery | None:
    rows = model.objects.select_for_update(of=("self",), no_key=True)
    found: Mail | Delivery | None = rows.filter(id=row_id).exclude(dead_at=None).first()
    return found
