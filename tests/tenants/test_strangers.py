"""Whatever address a stranger tries, they find nothing: the same nothing as where nothing is.

The addresses come from the URLconf. One with a gap that nobody gave a sample for fails, as does one
that belongs to no organization and is not named in OUTSIDE.
"""

import json
from uuid import uuid4

import pytest
from django.test import Client

from cases.actions.importing import upload_log
from outbound.models import Mail
from tenants.actions.invitations import invite_member
from tenants.actions.roles import create_role
from tenants.actions.teams import add_team_member, create_team
from tenants.actions.tokens import create_token
from tests.acting import _trace, body_of
from tests.cases.kit import Office
from tests.tenants.bodies import body_for
from tests.tenants.routes import Route, routes
from timeline.models import Event

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# Addresses that belong to no organization. What a stranger may see there is everybody's, or their own.
OUTSIDE = frozenset(
    "home welcome new_organization suggest_slug accept_offer invitation healthz readyz metrics "  # noqa: SIM905
    "api-openapi api-docs api-redoc api-nothing api-permissions api-event-types error-meaning".split()
)
OUTSIDE_APPS = ("accounts/",)

# Gaps whose sample says nothing about whose thing it is: the same for Acme and for nobody.
ALIKE = {
    "cases/<str:number>/fields/<str:key>": {"key": "company"},
    "cases/<str:number>/<str:name>": {"name": "move"},
    "versions/<int:number>": {"number": "1"},
    "as-of/<int:seq>": {"seq": "1"},
    "tab": "fields",
    "format": "csv",
    "field": "company",
    "name": "rename-stage",
}
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
        yield Acme()


class Acme:
    def __init__(self):
        from tests.cast import CommittedCast

        self.cast = cast = CommittedCast()
        office = Office(cast)
        by, member = cast.owner.actor, cast.colleague
        case = office.open()
        team = create_team(by=by, name="Claims")
        add_team_member(by=by, team_id=team.id, member_id=member.id)
        role = create_role(by=by, name="Desk", permissions=["case.view"])
        invitation = invite_member(by=by, email=f"{uuid4().hex}@example.org", role_id=role.id)
        self.samples = {
            "member_id": member.id,
            "team_id": team.id,
            "role_id": role.id,
            "invitation_id": invitation.id,
            "token_id": create_token(by=by, name="Script").token.id,
            "delivery_id": self._dead_mail(),
            "import_id": upload_log(by=by, file_name="log.csv", content=[b"case,activity,time\n"]).id,
            "number": case.number,
            "case": case.id,
            "event_id": self._event_of(case),
            "key": "onboarding",
            "template": "onboarding",
            "slug": cast.organization.slug,
        }
        self.nobodys = {name: NOBODYS.get(name) or str(uuid4()) for name in self.samples}
        self.stranger = Client()
        self.stranger.force_login(cast.stranger.user)
        nowhere = f"/o/{uuid4().hex}/inbox"
        self.nothing = {method: self.stranger.generic(method, nowhere) for method in METHODS}
        self.secret = create_token(by=cast.stranger.actor, name="Script").secret

    def _event_of(self, case):
        with self.cast.scope:
            return Event.objects.get(stream_id=case.id, seq=1).id

    def _dead_mail(self):
        with self.cast.scope:
            return Mail.objects.create(
                organization=self.cast.organization, kind="invitation", to="x@example.org", subject="x",
                event_id=uuid4(), dead_at=self.cast.now(),
            ).id  # fmt: skip


def alike(route):
    """The gaps of a route that are filled alike for Acme and for nobody."""
    for ending, values in ALIKE.items():
        if isinstance(values, dict) and route.pattern.endswith(ending):
            return values
    return {name: value for name, value in ALIKE.items() if isinstance(value, str) and name in route.gaps}


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
