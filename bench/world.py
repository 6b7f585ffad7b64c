"""The organization a measurement happens in, made by the product's own acts."""

from dataclasses import dataclass
from uuid import UUID

from casefy.ids import new_id
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from templates_app.definition import Definition, Field, Option, Stage
from tenants.actions.organizations import create_organization
from tenants.actions.tokens import create_token
from tenants.actor import Actor
from tenants.models import User

STAGES = ("intake", "review", "approval", "ordering", "delivery", "invoice", "payment", "done")
REGIONS = 20  # different values of the field that lists are filtered by

PURCHASE = Definition(
    name="Purchase order",
    number_pattern="PO-{year}-{number:06}",
    stages=tuple(Stage(key, key.title(), category="done" if key == "done" else "open") for key in STAGES),
    fields=(
        Field("region", "Region", "text"),
        Field("supplier", "Supplier", "text"),
        Field("amount", "Amount", "money", currency="EUR"),
        Field("quantity", "Quantity", "integer"),
        Field("due", "Due", "date"),
        Field("kind", "Kind", "choice", options=(Option("goods", "Goods"), Option("work", "Work"))),
        Field("is_urgent", "Urgent", "yes_no"),
        Field("note", "Note", "long_text"),
    ),
    reason_kinds=frozenset({"return"}),
)


@dataclass(frozen=True, slots=True)
class World:
    """One organization ready to be measured, with a key for its API."""

    organization_id: UUID
    slug: str
    by: Actor
    template: str
    secret: str


def make_world(name: str) -> World:
    """Found an organization with a published template and a token that may do everything."""
    mark = new_id().hex[-10:]
    user = User.objects.create_user(f"{name}-{mark}@example.org", name="Ben Chmark")
    founded = create_organization(user=user, name=name.title(), slug=f"{name}-{mark}")
    template = create_template(by=founded.actor, definition=PURCHASE)
    publish_template(by=founded.actor, template_id=template.id)
    token = create_token(by=founded.actor, name="bench")
    return World(
        founded.organization.id, founded.organization.slug, founded.actor, template.key, token.secret
    )


def values(number: int) -> dict[str, object]:
    """Eight values for the case with this number: the same ones every time."""
    return {
        "region": f"R{number % REGIONS}",
        "supplier": f"Supplier {number % 997}",
        "amount": {"amount": f"{number * 37 % 100_000}.50", "currency": "EUR"},
        "quantity": number % 500,
        "due": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "kind": ("goods", "work")[number // REGIONS % 2],
        "is_urgent": number % 10 == 0,
        "note": "Two pallets of the usual, please call before delivery and use the gate at the back.",
    }
