"""Mails and events that could not be delivered, and what becomes of them."""

from uuid import UUID

from api.answers import Answer, page
from api.documented import CURSOR, LIMIT, documented
from api.documented_imports import DeadDeliveriesShape, DeliveryShape
from api.door import Call, Door
from api.inputs import Nothing
from api.parameters import bad_parameter, next_url, read_limit, read_parameters
from outbound.actions.deliveries import give_up_delivery, retry_delivery
from outbound.queries import DeadLetter, dead_letters, read_place, write_place
from tenants.directory import directory

_TAG = "deliveries"


def _shape(letter: DeadLetter) -> dict[str, object]:
    return {name: getattr(letter, name) for name in DeadLetter.__dataclass_fields__}


class Deliveries(Door):
    """Failed deliveries."""

    @documented(
        "deliveries_list",
        "List failed deliveries",
        gives=DeadDeliveriesShape,
        parameters=[CURSOR, LIMIT],
        tag=_TAG,
    )
    def get(self, call: Call) -> Answer:
        """Mails and events that were tried too often, the latest first. Needs outbox.manage."""
        given = read_parameters(call.request, ("cursor", "limit"))
        call.by.require("outbox.manage", directory(call.by.organization_id, call.by.revision).who_could)
        cursor = given.get("cursor", "")
        behind = read_place(cursor)
        if cursor and behind is None:
            raise bad_parameter("cursor", "Follow `next` as the last page gave it.")
        found = dead_letters(behind, limit=read_limit(given))
        next_ = next_url(call.request, cursor=write_place(found.older)) if found.older else None
        return Answer(page([_shape(letter) for letter in found.letters], next_))


class DeliveryRetry(Door):
    """Another try."""

    @documented("deliveries_retry", "Try a delivery again", gives=DeliveryShape, takes=Nothing, tag=_TAG)
    def post(self, call: Call, delivery_id: UUID) -> Answer:
        """At once, with all its attempts. Needs outbox.manage."""
        call.read(Nothing)
        retry_delivery(by=call.by, delivery_id=delivery_id)
        return Answer({"id": delivery_id, "is_due": True})


class DeliveryGivingUp(Door):
    """The end of a delivery."""

    @documented("deliveries_give_up", "Give a delivery up", gives=DeliveryShape, takes=Nothing, tag=_TAG)
    def post(self, call: Call, delivery_id: UUID) -> Answer:
        """For good; the timeline keeps that. Needs outbox.manage."""
        call.read(Nothing)
        give_up_delivery(by=call.by, delivery_id=delivery_id)
        return Answer({"id": delivery_id, "is_due": False})
