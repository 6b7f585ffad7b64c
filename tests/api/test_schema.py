"""The document says what the API does: compared with the code, and tried out with thousands of odd requests."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
import schemathesis
from django.db import connections
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from api.door import Door
from api.examples import EXAMPLES
from api.reference import DOCUMENT, files
from casefy.env import ROOT
from casefy.wsgi import application
from cases.actions.importing import upload_log
from tenants.actions.tokens import create_token
from tests.api.conftest import CommittedCast
from tests.api.kit import Api
from tests.cases.kit import Office


def test_generated_files_are_up_to_date():
    stale = [path.name for path, text in files().items() if not path.exists() or path.read_text() != text]
    assert stale == [], "run `python manage.py write_api_docs` and commit what it writes"


def test_nothing_in_the_document_is_guessed_and_no_name_stands_for_two_shapes():
    GENERATOR_STATS.reset()
    files()
    said = sorted(GENERATOR_STATS._warn_cache) + sorted(GENERATOR_STATS._error_cache)
    assert said == []


def test_every_address_is_in_the_document():
    documented = {
        (path, method.upper())
        for path, operations in json.loads(DOCUMENT.read_text())["paths"].items()
        for method in operations
    }
    served = set()
    for pattern in get_resolver("api.urls").url_patterns:
        view = getattr(pattern.callback, "cls", None)
        if view and issubclass(view, Door):
            path = "/api/" + "/".join(
                "{" + part.strip("<>").split(":")[-1] + "}" if part.startswith("<") else part
                for part in str(pattern.pattern).split("/")
            )
            served |= {
                (path, method)
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
                if hasattr(view, method.lower())
            }
    assert documented == served


def test_every_operation_has_a_summary_a_description_and_its_problems():
    for path, operations in json.loads(DOCUMENT.read_text())["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
            assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), (path, method)


def test_what_is_sent_and_what_is_answered_go_by_different_names():
    sent, answered = set(), set()
    for operations in json.loads(DOCUMENT.read_text())["paths"].values():
        for operation in operations.values():
            sent |= _named(operation.get("requestBody", {}))
            answered |= _named(operation["responses"])
    assert sent & answered == set(), "one of the two would stand in the document for both: rename one"


def _named(part):
    return set(re.findall(r"#/components/schemas/(\w+)", json.dumps(part)))


def test_the_document_says_how_a_case_is_addressed():
    operation = json.loads(DOCUMENT.read_text())["paths"]["/api/v1/cases/{case}/move"]["post"]
    (part,) = [each for each in operation["parameters"] if each["in"] == "path"]
    assert "its number" in part["description"]


def test_every_example_is_what_its_schema_says():
    document = json.loads(DOCUMENT.read_text())
    registry = Registry().with_resource("urn:api", Resource(document, DRAFT202012))
    for name, example in EXAMPLES.items():
        schema = {"$ref": f"urn:api#/components/schemas/{name}"}
        assert [
            error.message for error in Draft202012Validator(schema, registry=registry).iter_errors(example)
        ] == [], name
        assert document["components"]["schemas"][name]["examples"] == [example]


def test_the_document_speaks_of_statuses_where_an_act_speaks_of_what_it_raises():
    descriptions = [
        operation["description"]
        for operations in json.loads(DOCUMENT.read_text())["paths"].values()
        for operation in operations.values()
    ]
    assert any("Refused with 409 where the case cannot go there" in text for text in descriptions)
    assert [
        text for text in descriptions if re.search(r"\b(Raises|Conflict|Invalid|Missing|Forbidden)\b", text)
    ] == []


@pytest.fixture(scope="module")
def monkeymodule():
    """As monkeypatch, for a whole file."""
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, monkeymodule):
    """An organization to be treated badly: things with ids, and a token that survives it."""
    with django_db_blocker.unblock():
        office = Office(CommittedCast())
        cast = office.cast
        owner = cast.owner.actor
        cases = [office.open(f"Case {number}", {"amount": "1 EUR"}) for number in range(3)]
        team = office.team("Claims", cast.colleague)
        # The application is called as a server calls it, and would open a connection for each request.
        monkeymodule.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", None)
        other = create_token(by=owner, name="Other", expires_at=cast.now() + timedelta(days=1)).token
        yield {
            "secret": Api.of(cast.owner).secret,
            "case": [str(cases[0].id), str(cases[1].id), cases[2].number],
            "template": ["onboarding"],
            "slug": [cast.organization.slug],
            "member_id": [str(cast.colleague.id), str(cast.reader.id)],
            "team_id": [str(team)],
            "role_id": [str(cast.role("guest").id)],
            "token_id": [str(other.id)],
            "invitation_id": [str(uuid4())],
            "import_id": _some_imports(owner),
            "delivery_id": [str(uuid4())],
            "number": [1],
            "body": {
                "template": ["onboarding"],
                "to": ["review", "approval", "waiting", "intake"],
                "stage": ["review", "intake", None],
                "owner": [str(cast.colleague.id), None],
                "team": [str(team), None],
                "role_id": [str(cast.role("auditor").id)],
                "member_id": [str(cast.reader.id)],
                "outcome": ["won", ""],
                "field": ["company", "region"],
                "values": [{"company": "Ada"}, {"headcount": 3, "amount": "5 EUR"}, {"due": "2030-01-31"}],
            },
        }


def _some_imports(owner):
    """Imports as they wait for a worker; there is none here, so that they stay as they are."""
    content = b"case,activity,time\nA,New,2026-01-01\nA,Done,2026-01-02\n"
    options = {"by": owner, "file_name": "log.csv", "template_name": "Orders"}
    return [str(upload_log(content=[content], **options).id) for _ in range(3)]


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
turns = defaultdict(count)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CHECKS = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
]


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_and_nothing_undocumented_is_answered(committed, world, case):
    now = next(turns[case.operation.label])  # not those of others: who comes first is a matter of chance
    _make_real(case, world, now)
    case.call_and_validate(headers={"Authorization": f"Bearer {world['secret']}"}, checks=CHECKS)


def _make_real(case, world, now):
    # Most ids and keys are real ones, so that requests get as far as the acts.
    for name in case.path_parameters or {}:
        if name in world and now % 4:
            case.path_parameters[name] = world[name][now % len(world[name])]
    if isinstance(case.body, dict) and now % 3:
        for name, samples in world["body"].items():
            if name in case.body and isinstance(case.body[name], str | dict):
                case.body[name] = samples[now % len(samples)]


def test_no_request_needs_what_only_the_document_needs():
    """The web processes do not carry drf-spectacular's inspector, nor the test client that it brings along."""
    look = "import casefy.wsgi, sys, django.urls as u; u.get_resolver().url_patterns; print(*sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", look]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "api.views.cases" in loaded
    assert "django.test" not in loaded
