"""Whatever address a stranger tries, they find nothing: the same nothing as where nothing is.

The addresses come from the URLconf. One with a gap that nobody gave a sample for fails, as does one
that belongs to no organization and is not named in OUTSIDE.
"""

import json
from uuid import uuid4

import pytest
from django.test import Client

from tenants.actions.tokens import create_token
from tests.acting import _trace, body_of
from tests.tenants.bodies import body_for
from tests.tenants.routes import Route, routes
from tests.tenants.samples import OUTSIDE, Acme, alike

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

OUTSIDE_APPS = ("accounts/",)

NOBODYS = {
    "number": "ON-2026-99999",
    "key": "no-such-template",
    "template": "no-such-template",
    "slug": "nobody",
}


@pytest.fixture(scope="module")
def acme(django_db_setup, django_db_blocker):
    """Acme with one of everything that an address can name, and a stranger who knows all the ids."""
    with django_db_blocker.unblock():
        yield Watched()


class Watched(Acme):
    def __init__(self):
        super().__init__()
        self.nobodys = {name: NOBODYS.get(name) or str(uuid4()) for name in self.samples}
        self.stranger = Client()
        self.stranger.force_login(self.cast.stranger.user)
        nowhere = f"/o/{uuid4().hex}/inbox"
        self.nothing = {method: self.stranger.generic(method, nowhere) for method in METHODS}
        self.secret = create_token(by=self.cast.stranger.actor, name="Script").secret


def within():
    return [route for route in routes() if route.is_within]


def of_the_api():
    return [route for route in routes() if route.is_api and route.name not in OUTSIDE]


def label(route):
    return route.pattern


def test_every_address_belongs_to_an_organization_or_is_named_as_one_that_does_not():
    unknown = [
        route
        for route in routes()
        if not (route.is_within or route.is_api)
        and route.name not in OUTSIDE
        and not route.pattern.startswith(OUTSIDE_APPS)
    ]
    assert unknown == []


@pytest.mark.parametrize("route", within(), ids=label)
def test_a_stranger_in_anothers_house_finds_nothing(route, acme):
    values = {**acme.samples, **alike(route)}
    before = _trace(acme.cast.organization.id)
    for method in METHODS:
        theirs = acme.stranger.generic(method, route.path(values, acme.cast.organization.slug))
        assert theirs.status_code == 404, method
        assert same(theirs, acme.nothing[method]), method
    assert _trace(acme.cast.organization.id) == before


@pytest.mark.parametrize("route", [r for r in within() if set(r.gaps) - set(alike(r))], ids=label)
def test_a_stranger_in_their_own_house_cannot_name_anothers_things(route, acme):
    slug, before = acme.cast.stranger.slug, _trace(acme.cast.organization.id)
    statuses = set()
    for method in METHODS:
        theirs = acme.stranger.generic(method, route.path({**acme.samples, **alike(route)}, slug))
        nobodys = acme.stranger.generic(method, route.path({**acme.nobodys, **alike(route)}, slug))
        statuses.add(theirs.status_code)
        assert theirs.status_code in (404, 405), f"{method}: {theirs.status_code}"
        assert same(theirs, nobodys), method
    assert 404 in statuses
    assert _trace(acme.cast.organization.id) == before


@pytest.mark.parametrize("route", of_the_api(), ids=label)
def test_a_program_of_a_stranger_finds_nothing(route, acme):
    before = _trace(acme.cast.organization.id)
    values = {**acme.samples, **alike(route)}
    named = set(route.gaps) - set(alike(route))
    for method in METHODS:
        if named:
            theirs = call(acme, method, route, values)
            nobodys = call(acme, method, route, {**acme.nobodys, **alike(route)})
        else:
            theirs = call(acme, method, route, values, acme.cast.organization.slug)
            nobodys = call(acme, method, route, values, "nobody")
        assert theirs.status_code in (404, 405), f"{method}: {theirs.status_code} {theirs.content}"
        assert same(theirs, nobodys), method
    assert _trace(acme.cast.organization.id) == before


def call(acme, method, route: Route, values, organization=""):
    headers = {"Authorization": f"Bearer {acme.secret}"}
    if organization:
        headers["X-Organization"] = organization
    return acme.stranger.generic(
        method,
        route.path(values),
        json.dumps(body_for(route.pattern, method)),
        content_type="application/json",
        headers=headers,
    )


def same(one, other):
    return (one.status_code, body_of(one)) == (other.status_code, body_of(other))
