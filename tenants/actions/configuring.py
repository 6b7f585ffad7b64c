"""How every act on an organization's configuration begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F

from casefy.errors import Conflict, Forbidden, Missing
from tenants.actor import Actor
from tenants.directory import directory
from tenants.locking import locked
from tenants.models import CountedModel, Organization, TenantModel
from tenants.permissions import PERMISSIONS
from tenants.scope import scoped_to

Row = TypeVar("Row", bound=TenantModel)
Counted = TypeVar("Counted", bound=CountedModel)


@contextmanager
def configuring(by: Actor) -> Iterator[tuple[Actor, Organization]]:
    """Hold the organization for a change of its people, roles, teams, tokens, templates or settings.

    Enters the scope, opens a durable transaction, locks the row, and bumps the revision at the
    end, so that what processes remember of the configuration is outdated with the commit.
    Yields the actor as of now: whoever waited may do less than when they came in.
    """
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        by, organization = hold_organization(by)
        yield by, organization
        Organization.objects.filter(id=organization.id).update(revision=F("revision") + 1)
        organization.revision += 1


def hold_organization(by: Actor) -> tuple[Actor, Organization]:
    """Return the actor as of now and their organization, locked to the end of the transaction.

    Raises Missing, and Forbidden for an actor who has lost their place.
    """
    found = locked(Organization, by.organization_id, by)
    if found is None:
        raise Missing("There is no such organization.")
    organization, now = found
    return now.actor(by), organization


def permit(by: Actor, permission: str, organization: Organization) -> None:
    """Raise Forbidden, naming who could, unless the actor has the permission."""
    by.require(permission, lambda name: directory(organization.id, organization.revision).who_could(name))


def permit_granting(by: Actor, permissions: frozenset[str]) -> None:
    """Raise Forbidden unless the actor has every one of these: nobody gives away what they do not have."""
    lacking = sorted(permissions - by.permissions)
    if lacking:
        words = ", ".join(PERMISSIONS.get(each, each) for each in lacking[:3])
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        raise Forbidden(
            f"You cannot give or take what you may not do yourself: {words}{more}.",
            code="more_than_yours",
            details={"lacking": lacking},
        )


def the(
    model: type[Row], row_id: UUID, what: str, *, hold: bool = True, beside: str = "", field: str = ""
) -> Row:
    """Return one row of the organization in scope, locked, with the row of its relation `beside`.

    Raises Missing, also for another tenant's row; it names the `field` that said which row.
    """
    rows = model.objects.select_related(beside) if beside else model.objects.all()
    if hold:
        rows = rows.select_for_update(of=("self",), no_key=True)
    row: Row | None = rows.filter(id=row_id).first()
    if row is None:
        sentence = f"There is no such {what}."
        raise Missing(sentence, fields={field: sentence} if field else None)
    return row


def the_seen(
    model: type[Counted], row_id: UUID, what: str, expected_version: int | None, *, beside: str = ""
) -> Counted:
    """Return one row as `the` does, locked. Raises Conflict, "stale", where it has changed since `expected_version`."""
    row = the(model, row_id, what, beside=beside)
    must_be_seen(row.version, expected_version, what)
    return row


def must_be_seen(version: int, expected: int | None, what: str) -> None:
    """Raise Conflict, with code "stale", unless this is the version the caller has seen, or named none."""
    if expected not in (None, version):
        raise Conflict(
            f"Somebody changed this {what} in the meantime. Look at it again, then repeat your change.",
            code="stale",
            details={"version": version, "expected_version": expected},
        )
