"""Every way of saying no is a problem with a code that is explained."""

import ast
import json
import re
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from api.codes import CODES
from casefy.env import ROOT
from tests.api.kit import Api, refused


def test_without_a_token_nobody_comes_in(client):
    problem = refused(client.get("/api/v1/cases"), 401, "unauthenticated")
    assert "Bearer" in problem["detail"]
    assert client.get("/api/v1/cases")["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "given", ["Bearer cfy_wrong", "Basic abc", "Bearer ", "cfy_x", "Bearer " + "x" * 5000]
)
def test_with_a_wrong_token_neither(committed, client, given):
    refused(client.get("/api/v1/cases", headers={"Authorization": given}), 401, "unauthenticated")


def test_an_address_that_is_not_there(api, client):
    refused(client.get("/api/v1/nothing"), 404, "no_such_address")
    refused(client.post("/api/nothing/at/all"), 404, "no_such_address")
    refused(api("GET", "cases/1/2/3"), 404, "no_such_address")
    refused(api("GET", "cases/"), 404, "no_such_address")
    refused(api("GET", "templates/a%0Ab"), 404, "no_such_address")


def test_a_method_that_is_not_there(api, office):
    response = api("DELETE", "cases")
    refused(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert api("OPTIONS", "cases")["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "bad_request"),
        (b'{"a": NaN}', "application/json", 400, "bad_request"),
        (b'"\\ud800"', "application/json", 400, "bad_request"),
        (b"\xff", "application/json", 400, "bad_request"),
        (b"[" * 1010 + b"]" * 1010, "application/json", 400, "bad_request"),
        (b"[1]", "application/json", 400, "bad_fields"),
        (b"null", "application/json", 400, "bad_fields"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"{}", "", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(api, office, content, content_type, status, code):
    response = api.client.post(
        "/api/v1/cases", content, content_type=content_type, headers={"Authorization": f"Bearer {api.secret}"}
    )
    refused(response, status, code)


def test_a_body_that_is_too_large(api, office, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert "100 bytes" in refused(api("POST", "cases", {"title": "x" * 200}), 413, "too_large")["detail"]


def test_text_that_postgres_cannot_keep_is_refused_in_time(api, office):
    body = {"template": "onboarding", "title": "Case", "values": {"company": "a\x00b"}}
    assert "values" in refused(api("POST", "cases", body), 400, "bad_fields")["fields"]
    refused(api("GET", "cases?q=%00"), 400, "bad_parameters")
    refused(api("GET", "cases/a%00b"), 404, "no_such_case")


def test_what_is_missing_is_said_and_who_could(office):
    reader = Api.of(office.cast.reader)
    case = office.open()
    problem = refused(reader("POST", f"cases/{case.id}/move", {"to": "review"}), 403, "forbidden")
    assert problem["permission"] == "case.move"
    assert "Olga Owner" in problem["who_could"]


def test_fields_are_named_with_what_to_do(api, office):
    case = office.open()
    problem = refused(
        api("POST", f"cases/{case.id}/move", {"to": "approval", "reason": "Now."}), 422, "fields_missing"
    )
    assert "amount" in problem["fields"]


def test_the_instance_is_the_request_id_of_the_answer(api, office):
    response = api("GET", "cases/NONE-1", x_request_id="my-own-id-123")
    assert json.loads(response.content)["instance"] == response["X-Request-ID"] == "my-own-id-123"


def test_a_database_that_is_away_is_503_and_says_when_to_come_back(api, office, monkeypatch):
    def away(*_):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("api.admission.enter_by_token", away)
    response = api("GET", "cases")
    refused(response, 503, "unavailable")
    assert int(response["Retry-After"]) > 0


def test_what_nobody_foresaw_is_a_problem_without_details(api, office, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("api.views.cases.page_of_cases", fail)
    api.client = Client(raise_request_exception=False)
    response = api("GET", "cases")
    refused(response, 500, "broken")
    assert b"secret" not in response.content


def test_a_stranger_finds_what_a_random_id_finds(office):
    stranger, case = Api.of(office.cast.stranger), office.open()
    bodies = set()
    for ref in (str(case.id), "0190a6d0-4f3b-7c11-8a55-0123456789ab", case.number):
        response = stranger("GET", f"cases/{ref}", x_request_id="the-same-one")
        refused(response, 404, "no_such_case")
        bodies.add(response.content)
    assert len(bodies) == 1


def test_a_guest_sees_what_is_assigned_to_them_alone(api, office):
    guest = Api.of(office.cast.guest)
    mine, other = office.open(owner=office.cast.guest.id), office.open()
    assert [row["id"] for row in guest.get("cases")["results"]] == [str(mine.id)]
    assert guest.get(f"cases/{mine.id}/timeline")["results"]
    refused(guest("GET", f"cases/{other.id}"), 404, "no_such_case")
    refused(guest("GET", f"cases/{other.id}/timeline"), 404, "no_such_case")
    refused(guest("GET", "events"), 403, "forbidden")
    refused(guest("GET", "members"), 403, "forbidden")


def test_each_code_has_a_page_where_its_type_points(client):
    for code in CODES:
        assert client.get(f"/errors/{code}").status_code == 200, code
    assert client.get("/errors/none").status_code == 404


def test_every_code_that_can_be_raised_is_explained():
    raised = {}
    for app in ("casefy", "tenants", "timeline", "templates_app", "cases", "outbound", "automations", "api"):
        for path in Path(ROOT, app).rglob("*.py"):
            raised |= dict.fromkeys(_codes(ast.parse(path.read_text())), path.name)
    unknown = {code: where for code, where in raised.items() if code not in CODES}
    assert unknown == {}, "add these to api/codes.py with a title and a way out, then run write_api_docs"


_REFUSALS = {"Refused", "Invalid", "Forbidden", "Missing", "Conflict", "Limited"}


def _codes(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _REFUSALS:
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value
        if isinstance(node, ast.ClassDef) and any(
            getattr(base, "id", "") in _REFUSALS for base in node.bases
        ):
            yield from re.findall(
                r'^    code, status = "(\w+)"', ast.unparse(node).replace("'", '"'), re.MULTILINE
            )
