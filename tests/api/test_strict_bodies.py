"""Mass assignment: a field nobody declared is named and refused, everywhere, and nothing changes."""

from uuid import uuid4

import pytest
from django.urls import get_resolver

from api.door import Door
from tenants.scope import reading, scoped_to
from tests.api.kit import refused
from timeline.models import Event

FORBIDDEN = {
    "id": str(uuid4()),
    "organization": str(uuid4()),
    "organization_id": str(uuid4()),
    "version": 99,
    "status": "closed",
    "permissions_": ["organization.manage"],
    "is_built_in": True,
    "by": "somebody",
    "case_id": str(uuid4()),
    "expected_version": 1,
    "__class__": "x",
}
SAMPLES = {"id": uuid4, "int": lambda: 1, "slug": lambda: "onboarding", "str": lambda: str(uuid4())}


def endpoints():
    for pattern in get_resolver("api.urls").url_patterns:
        view = getattr(pattern.callback, "cls", None)
        if view and issubclass(view, Door):
            for method in ("POST", "PUT", "PATCH"):
                if hasattr(view, method.lower()) and not (method == "POST" and view.takes_file):
                    yield pytest.param(method, str(pattern.pattern), id=f"{method} {pattern.name}")


def _address(route: str, organization) -> str:
    parts = []
    for part in route.removeprefix("v1/").split("/"):
        kind = part.strip("<>").partition(":")[0]
        parts.append(
            organization.slug if part == "<slug:slug>" else str(SAMPLES[kind]()) if part[0] == "<" else part
        )
    return "/".join(parts)


@pytest.mark.parametrize(("method", "route"), list(endpoints()))
def test_unknown_and_forbidden_fields_are_named_and_nothing_happens(
    shared_owner, shared_office, method, route
):
    organization = shared_office.cast.organization
    before = _events(organization)
    for body in (FORBIDDEN, {"reason": "x", "name": "x", **FORBIDDEN}):
        problem = refused(shared_owner(method, _address(route, organization), body), 400, "unknown_fields")
        assert set(FORBIDDEN) <= set(problem["fields"])
    assert _events(organization) == before


def test_a_field_inside_a_field_is_refused_as_well(shared_owner, shared_office):
    body = {"name": "Region", "kind": "choice", "options": [{"name": "North", "id": 1}]}
    problem = refused(shared_owner("POST", "templates/onboarding/add-field", body), 400, "unknown_fields")
    assert list(problem["fields"]) == ["options[0].id"]


@pytest.mark.parametrize("wrong", [1, True, None, [], {}, 1.5])
def test_text_is_text(shared_owner, shared_office, wrong):
    body = {"template": "onboarding", "title": wrong}
    assert "title" in refused(shared_owner("POST", "cases", body), 400, "bad_fields")["fields"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("[" * 500 + "]" * 500, id="500 lists"),
        pytest.param('{"a":' * 500 + "1" + "}" * 500, id="500 objects"),
        pytest.param('["fine", ["\\u0000"]]', id="a character no text has"),
    ],
)
def test_values_are_no_trees(shared_owner, shared_office, value):
    body = f'{{"template": "onboarding", "title": "Case", "values": {{"company": {value}}}}}'
    response = shared_owner.client.post(
        "/api/v1/cases",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {shared_owner.secret}"},
    )
    assert response.status_code == 400, response.content
    assert list(response.json()["fields"]) == ["values"]


@pytest.mark.parametrize("wrong", [1, "x", "0" * 32, "{0190a6d0-4f3b-7c11-8a55-0123456789ab}", True])
def test_an_id_is_an_id(shared_owner, shared_office, wrong):
    body = {"template": "onboarding", "title": "Case", "owner": wrong}
    assert "owner" in refused(shared_owner("POST", "cases", body), 400, "bad_fields")["fields"]


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("teams", b'{"name": "A", "name": "B"}', "name"),
        (
            "cases",
            b'{"template": "onboarding", "title": "C", "values": {"company": "A", "company": "B"}}',
            "company",
        ),
    ],
)
def test_a_body_cannot_name_a_field_twice_to_confuse(shared_owner, shared_office, path, body, name):
    response = shared_owner.client.post(
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {shared_owner.secret}"},
    )
    assert refused(response, 400, "bad_fields")["fields"] == {name: "Give it once."}


def _events(organization) -> int:
    with scoped_to(organization.id), reading():
        return Event.objects.count()
