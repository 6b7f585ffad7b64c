"""The organization's configuration as of now, inside an act's transaction."""

from dataclasses import replace

from casefy.errors import Missing
from tenants.actor import Actor
from tenants.models import Organization


def configuration(by: Actor) -> tuple[Actor, str]:
    """Return the actor at the present revision, and the organization's time zone: one statement.

    Raises Missing where there is no such organization.
    """
    row = Organization.objects.filter(id=by.organization_id).values_list("revision", "time_zone").first()
    if row is None:
        raise Missing("There is no such organization.")
    return replace(by, revision=row[0]), row[1]
