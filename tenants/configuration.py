"""The organization's configuration as of now, inside an act's transaction."""

from dataclasses import replace

from django.db import connection

from casefy.errors import Missing
from tenants.actor import Actor


def configuration(by: Actor) -> tuple[Actor, str]:
    """Return the actor at the present revision, and the organization's time zone: one statement.

    Raises Missing where there is no such organization.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT revision, time_zone FROM tenants_organization WHERE id = %s", [by.organization_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise Missing("There is no such organization.")
    return replace(by, revision=row[0]), row[1]
