"""Changing an organization's settings."""

import pytest

from casefy.errors import Forbidden, Invalid
from tenants.actions.organizations import update_organization
from tests.acting import acts, refused

SETTINGS = {"name": "Acme AG", "time_zone": "Europe/Zurich", "locale": "en-gb"}


def test_what_changed_is_said_with_before_and_after(cast):
    by = cast.owner.actor
    with acts(cast.organization, says=["organization.changed"], queries=6) as acted:
        organization = update_organization(by=by, **SETTINGS)
    assert (organization.name, organization.time_zone, organization.locale) == tuple(SETTINGS.values())
    assert acted.event.fact["before"] == {"name": "Acme", "time_zone": "Europe/Berlin", "locale": "en"}
    assert acted.event.fact["after"] == SETTINGS
    assert acted.event.sentence.startswith("changed the name from Acme to Acme AG, the time zone from")


def test_the_next_entry_finds_a_newer_revision(cast):
    before = cast.owner.actor.revision
    update_organization(by=cast.owner.actor, **SETTINGS)
    assert cast.owner.actor.revision == before + 1


def test_where_nothing_changes_nothing_is_said(cast):
    with acts(cast.organization, says=[]):
        update_organization(by=cast.owner.actor, name="Acme", time_zone="Europe/Berlin", locale="en")


def test_whoever_may_not_is_told_who_can(cast):
    by = cast.colleague.actor
    with refused(cast.organization, Forbidden, match="Olga Owner can"):
        update_organization(by=by, **SETTINGS)


@pytest.mark.parametrize("zone", ["Mars/Base", "localtime", "Factory", ""])
def test_a_zone_that_is_no_places_is_refused_even_where_this_machine_has_it(cast, zone):
    by = cast.owner.actor
    with refused(cast.organization, Invalid):
        update_organization(by=by, **SETTINGS | {"time_zone": zone})


def test_a_stranger_changes_their_own_organization_alone(cast):
    with acts(cast.organization, says=[]):
        update_organization(by=cast.stranger.actor, **SETTINGS)
    assert cast.owner.actor.organization_id == cast.organization.id
    with pytest.raises(AssertionError):
        with acts(cast.organization, says=["organization.changed"]):
            update_organization(by=cast.stranger.actor, **SETTINGS)
