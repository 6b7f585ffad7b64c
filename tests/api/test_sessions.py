"""A browser's session opens the same door, with its CSRF token and the name of the organization."""

import json

import pytest
from django.test import Client

from tenants.actions.organizations import create_organization
from tests.api.kit import Api, refused


@pytest.fixture
def browser(office):
    """The owner's browser, logged in, which checks CSRF as a real one would be checked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.cast.owner.user)
    return client


def _post(browser, path, body, **headers):
    return browser.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_somebody_in_one_organization_need_not_name_it(browser, office):
    me = browser.get("/api/v1/me").json()
    assert me["organization"]["slug"] == office.cast.organization.slug
    assert me["token"] is None
    assert "organization.manage" in me["permissions"]


def test_somebody_in_several_says_which_one(browser, office):
    other = create_organization(user=office.cast.owner.user, name="Second", slug=f"second-{office.cast.mark}")
    problem = refused(browser.get("/api/v1/me"), 400, "organization_needed")
    assert set(problem["organizations"]) == {office.cast.organization.slug, other.organization.slug}
    for slug in problem["organizations"]:
        me = browser.get("/api/v1/me", headers={"X-Organization": slug}).json()
        assert me["organization"]["slug"] == slug
        assert browser.get(f"/api/v1/organizations/{slug}").json()["slug"] == slug
    mine = browser.get("/api/v1/organizations").json()["results"]
    assert len(mine) == 2
    (by_token,) = Api.of(office.cast.owner).get("organizations")["results"]
    assert by_token in mine, "a token and a session tell the same of an organization"


def test_somebody_elses_organization_is_not_there(browser, office):
    slug = office.cast.stranger.slug
    theirs = browser.get("/api/v1/me", headers={"X-Organization": slug, "X-Request-ID": "same-request"})
    none = browser.get("/api/v1/me", headers={"X-Organization": "none", "X-Request-ID": "same-request"})
    refused(theirs, 404, "missing")
    assert theirs.content == none.content
    refused(browser.get(f"/api/v1/organizations/{slug}"), 404, "missing")
    refused(Api.of(office.cast.owner)("GET", f"organizations/{slug}"), 404, "missing")


def test_a_change_needs_the_csrf_token(browser, office):
    body = {"template": "onboarding", "title": "From a page"}
    refused(_post(browser, "cases", body), 403, "csrf")
    browser.cookies["csrftoken"] = "a" * 32
    refused(_post(browser, "cases", body, **{"X-CSRFToken": "b" * 32}), 403, "csrf")
    assert _post(browser, "cases", body, **{"X-CSRFToken": "a" * 32}).status_code == 201


def test_a_token_is_made_in_a_session_shown_once_and_then_works(browser, office):
    browser.cookies["csrftoken"] = "a" * 32
    given = {"X-CSRFToken": "a" * 32, "Idempotency-Key": "token-1"}
    body = {"name": "Script", "scopes": ["case.view"], "expires_at": "2099-01-01T00:00:00Z"}
    made = _post(browser, "tokens", body, **given).json()
    again = _post(browser, "tokens", body, **given).json()
    assert made["secret"].startswith("cfy_")
    assert again == made | {"secret": None}
    api = Api(made["secret"])
    assert api.get("me")["permissions"] == ["case.view"]
    refused(api("POST", "tokens", {"name": "More"}), 403, "by_token")
    listed = browser.get("/api/v1/tokens").json()["results"]
    assert made["id"] in {each["id"] for each in listed}
    assert all("secret" not in each for each in listed)
    browser.post(
        f"/api/v1/tokens/{made['id']}/revoke",
        headers={"X-CSRFToken": "a" * 32},
        content_type="application/json",
    )
    refused(api("GET", "me"), 401, "unauthenticated")


def test_a_deactivated_member_is_out_at_once(api, owner, office):
    owner.post(f"members/{office.cast.colleague.id}/deactivate", {})
    refused(api("GET", "me"), 401, "unauthenticated")
