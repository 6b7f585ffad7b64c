"""A small organization with a past, made by the product's own acts, for pictures and browser tests."""

from dataclasses import dataclass
from itertools import cycle
from uuid import UUID

from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.moving import move_case
from cases.actions.opening import open_case
from cases.actions.pausing import hold_case
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tenants.actions.invitations import accept_invitation, invite_member
from tenants.actions.organizations import create_organization
from tenants.actor import Actor
from tenants.entering import enter_by_user
from tenants.invitation_secrets import secret_of
from tenants.models import Role, User
from tenants.scope import reading, scoped_to
from timeline.queries import page

TITLES = (
    "Duplicate charge on card", "Damaged goods, photo attached", "Partial refund after return", "Wrong item sent",
    "Goodwill credit request", "Chargeback dispute", "Refund above limit", "Late delivery, twice",
    "Courier left the parcel in the rain", "Invoice shows the old address", "Unfriendly answer on the phone",
    "Promised call back never came", "Discount missing on the invoice", "Website lost the order",
)  # fmt: skip
REACHED = (
    "received",
    "received",
    "assessment",
    "assessment",
    "investigation",
    "decision",
    "response",
    "remedy",
)
FILLED = {"severity": "serious", "confirmed_on": "2026-11-20", "findings": "The scanner read the label **twice**.",
          "cause": "process", "is_justified": "yes", "subject": "delivery"}  # fmt: skip
PATH = ("received", "assessment", "investigation", "decision", "response", "remedy")


@dataclass(frozen=True)
class World:
    """Where the pictures are taken."""

    slug: str
    user: User
    template: str
    number: str
    case_id: UUID
    event_id: UUID


def make(slug: str = "northwind", cases: int = 22) -> World:
    """Make the organization with its people, two boards, and cases in every stage."""
    owner = _user("Ana Moreno", slug)
    founded = create_organization(
        user=owner, name="Northwind Operations", slug=slug, time_zone="Europe/Madrid"
    )
    others = [
        _join(founded.organization.id, name, slug, owner) for name in ("Tom Berg", "Sara Khan", "Li Wei")
    ]
    by = actor(owner, slug)
    for key in ("complaint-handling", "client-onboarding"):
        template = create_template(by=actor(owner, slug), gallery=key)
        publish_template(by=actor(owner, slug), template_id=template.id)
    by = actor(owner, slug)
    people = cycle([by.member_id, *others, None])
    made = [
        _case(by, TITLES[n % len(TITLES)], REACHED[n % len(REACHED)], next(people), n) for n in range(cases)
    ]
    case_id, number = made[4]
    _talk(by, case_id)
    return World(slug, owner, "complaint-handling", number, case_id, _event(founded.organization.id, case_id))


def actor(user: User, slug: str) -> Actor:
    """Return the person as they act now."""
    with reading():
        entry = enter_by_user(user.id, slug)
    if entry is None:
        raise LookupError(f"{user} is not in {slug}")
    return entry.actor()


def _event(organization_id: UUID, case_id: UUID) -> UUID:
    """Return the last change of a value: an event with a before and an after."""
    with scoped_to(organization_id), reading():
        return page(case_id, types=["case.fields_changed"], limit=1)[0].id


def _user(name: str, slug: str) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}@{slug}.example"
    user = User.objects.create_user(email, "correct horse battery", name=name)
    user.emailaddress_set.create(email=email, verified=True, primary=True)
    return user


def _join(organization_id: UUID, name: str, slug: str, owner: User) -> UUID:
    user = _user(name, slug)
    with scoped_to(organization_id), reading():
        role_id = Role.objects.get(key="case_worker").id
    invitation = invite_member(by=actor(owner, slug), email=user.email, role_id=role_id)
    accept_invitation(user=user, secret=secret_of(invitation.id))
    member_id = actor(user, slug).member_id
    if member_id is None:
        raise LookupError(name)
    return member_id


def _case(by: Actor, title: str, reached: str, owner: UUID | None, n: int) -> tuple[UUID, str]:
    values = {
        "complainant": "Nora Lindqvist", "received_at": "2026-11-19 09:30", "channel": "e_mail",
        "description": "The parcel came twice, and so did the bill.", "reference": f"PO-{4700 + n}",
    }  # fmt: skip
    case = open_case(by=by, template="complaint-handling", title=title, values=values, owner=owner)
    if reached != "received":
        change_fields(by=by, case_id=case.id, values={**FILLED, "investigator": str(by.member_id)})
    for stage in PATH[1 : PATH.index(reached) + 1]:
        move_case(by=by, case_id=case.id, to=stage)
    if n % 7 == 3:
        hold_case(by=by, case_id=case.id, reason="The warehouse looks for the second parcel.")
    return case.id, case.number


def _talk(by: Actor, case_id: UUID) -> None:
    comment_on_case(
        by=by,
        case_id=case_id,
        text="@Tom Berg could you look at the **scanner log**? The label was read twice.",
    )
    change_fields(by=by, case_id=case_id, values={"compensation": "120 EUR"})
    change_fields(by=by, case_id=case_id, values={"compensation": "95 EUR"})
    assign_case(by=by, case_id=case_id, owner=by.member_id)
    move_case(
        by=by,
        case_id=case_id,
        to="assessment",
        reason="The severity was set too low: the customer is a hospital.",
    )
    move_case(by=by, case_id=case_id, to="investigation")
