"""What people decide about deliveries that failed."""

from timeline.registry import Fact, fact


@fact(
    "delivery.retried",
    sentence="tried again to deliver to {to}: {what}",
    tone="edit",
    icon="rotate-cw",
    personal=("to", "what"),
)
class DeliveryRetried(Fact):
    """A dead delivery is due again. `kind` is mail or event; `to` an address or a subscriber."""

    kind: str
    delivery: str
    to: str
    what: str
    error: str


@fact(
    "delivery.given_up",
    sentence="gave up delivering to {to}: {what}",
    tone="warn",
    icon="trash-2",
    personal=("to", "what"),
)
class DeliveryGivenUp(Fact):
    """A dead delivery will never be made. `kind` is mail or event; `to` an address or a subscriber."""

    kind: str
    delivery: str
    to: str
    what: str
    error: str
