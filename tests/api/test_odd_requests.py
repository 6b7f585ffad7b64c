"""What an integrator sends by mistake: the answer names what is wrong and says what to do."""

import gzip
from uuid import uuid4

import pytest
from django.test import Client

from templates_app.values import KINDS
from tests.api.kit import Api, refused
from tests.cases.kit import ONBOARDING


@pytest.mark.parametrize(
    ("path", "body", "name", "words"),
    [
        ("cases", {"title": "Case"}, "template", "This is needed: send it."),
        ("cases", {"template": "onboarding", "title": ""}, "title", "This cannot be empty."),
        ("cases", {"template": "onboarding", "title": 5}, "title", "Give text."),
        ("cases", {"template": "onboarding", "title": "x" * 201}, "title", "Shorten this to 200 characters."),
        ("cases", {"template": "onboarding", "title": "a\0"}, "title", "U+0000"),
        ("cases", {"template": "onboarding", "title": "C", "values": None}, "values", "cannot be null"),
        ("cases/{case}/hold", {"reason": "Waiting.", "until": "soon"}, "until", "such as 2030-01-31"),
        ("cases/{case}/comments", {"text": "Hi", "mentions": "ana"}, "mentions", "Give a list."),
        ("cases/{case}/move", {"too": "review"}, "too", "Known: to, reason."),
        ("templates/onboarding/add-field", {"name": "F", "kind": "colour"}, "kind", "Choose one of: text, "),
        ("templates/onboarding/add-stage", {"name": "S", "on_path": "yes"}, "on_path", "Give true or false."),
    ],
)
def test_what_is_wrong_in_a_body_says_what_to_send(owner, office, path, body, name, words):
    answer = owner("POST", path.format(case=office.open().id), body)
    assert answer.status_code == 400, answer.content
    assert words in answer.json()["fields"][name]


def test_a_case_of_a_template_without_outcomes_is_closed_without_one(api, owner):
    owner.post("templates", {"name": "Plain"}, status=201)
    owner.post("templates/plain/publish")
    case = api.post("cases", {"template": "plain", "title": "Case"}, status=201)
    problem = refused(api("POST", f"cases/{case['id']}/close", {"outcome": "won"}), 422, "invalid")
    assert problem["fields"]["outcome"] == "The template has no outcomes: leave it out."
    assert api.post(f"cases/{case['id']}/close")["status"] == "closed"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"choices"}))
def test_a_list_empties_no_field_that_holds_one_value(api, office, kind):
    (field,) = [each for each in ONBOARDING.fields if each.kind == kind and not each.is_retired][:1]
    case = office.open()
    answer = api("PATCH", f"cases/{case.id}/fields", {"values": {field.key: []}})
    assert field.key in refused(answer, 422, "invalid")["fields"]


def test_a_packed_body_is_refused_as_what_it_is(api, office):
    response = api.client.post(
        "/api/v1/cases",
        gzip.compress(b"{}"),
        content_type="application/json",
        headers={"Authorization": f"Bearer {api.secret}", "Content-Encoding": "gzip"},
    )
    assert "Content-Encoding" in refused(response, 415, "unsupported_media_type")["detail"]


def test_a_parameter_of_an_act_is_refused_too(owner, office):
    refused(owner("POST", "teams?dry_run=true", {"name": "New"}), 400, "unknown_parameters")
    refused(owner("PATCH", f"members/{office.cast.owner.id}?x=1", {"name": "O"}), 400, "unknown_parameters")


@pytest.mark.parametrize("given", ["template=none", "case=none", "setup=maybe", "by=nobody", "from=soon"])
def test_what_a_timeline_cannot_be_narrowed_to_is_the_parameters_fault(owner, office, given):
    problem = refused(owner("GET", f"timeline?{given}"), 400, "bad_parameters")
    assert list(problem["fields"]) == [given.partition("=")[0]]


@pytest.mark.parametrize(("path", "name"), [("tokens", "live"), ("notices", "unread"), ("timeline", "setup")])
def test_a_flag_is_true_or_false_wherever_there_is_one(owner, path, name):
    for value in ("true", "false"):
        owner.get(f"{path}?{name}={value}")
    assert refused(owner("GET", f"{path}?{name}=1"), 400, "bad_parameters")["fields"] == {
        name: "Give true or false."
    }


def test_an_id_in_capitals_is_the_same_id(owner, office):
    member = str(office.cast.colleague.id)
    assert owner.get(f"members/{member.upper()}")["id"] == member
    case = str(office.open().id)
    assert owner.get(f"cases/{case.upper()}")["id"] == case


def test_a_method_an_address_does_not_know_says_which_it_does(api, office):
    detail = refused(api("PATCH", f"cases/{office.open().id}", {}), 405, "method_not_allowed")["detail"]
    assert detail == "PATCH does nothing here. Use GET, HEAD, OPTIONS."


def test_what_changed_meanwhile_has_instants_like_every_answer(api, office):
    case = office.open()
    api.post(f"cases/{case.id}/comments", {"text": "first"})
    problem = refused(api("POST", f"cases/{case.id}/move", {"to": "review"}, if_match='"1"'), 412, "stale")
    (event,) = api.get(f"cases/{case.id}/timeline?type=case.commented")["results"]
    assert problem["changed"][0]["at"] == event["occurred_at"]


def test_who_looks_in_at_the_door_is_led_to_the_documentation(client):
    answer = client.get("/api", follow=True)
    assert answer.redirect_chain[-1][0] == "/api/docs"


def test_a_token_and_an_invitation_have_addresses_of_their_own(owner, office):
    cast = office.cast
    body = {"email": "ada@example.org", "role_id": str(cast.role("auditor").id)}
    made = owner("POST", "invitations", body)
    assert made["Location"] == f"/api/v1/invitations/{made.json()['id']}"
    assert owner.get(made["Location"].removeprefix("/api/v1/")) == made.json()
    browser = Client()
    browser.force_login(cast.owner.user)
    given = browser.post("/api/v1/tokens", {"name": "ERP"}, content_type="application/json")
    assert given.status_code == 201, given.content
    shown = owner.get(given["Location"].removeprefix("/api/v1/"))
    assert shown == {name: value for name, value in given.json().items() if name != "secret"}
    worker = Api.of(cast.colleague)
    refused(worker("GET", f"tokens/{shown['id']}"), 404, "missing")
    refused(worker("GET", f"invitations/{made.json()['id']}"), 403, "forbidden")


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("invitations", {"email": "ada@example.org", "role_id": "{nobody}"}, "role_id"),
        ("members/{member}/role", {"role_id": "{nobody}"}, "role_id"),
        ("teams/{team}/members", {"member_id": "{nobody}"}, "member_id"),
        ("roles/{role}/delete", {"destination_id": "{nobody}"}, "destination_id"),
        ("templates", {"gallery": "none"}, "gallery"),
        ("templates/onboarding/change-stage", {"stage": "none", "name": "X"}, "stage"),
        ("templates/onboarding/retire-field", {"field": "none"}, "field"),
        ("templates/onboarding/forbid-move", {"from_stage": "intake", "to_stage": "none"}, "to_stage"),
        ("cases", {"template": "none", "title": "Case"}, "template"),
        ("cases/{case}/assign", {"owner": "{nobody}"}, "owner"),
        ("cases/{case}/move", {"to": "none"}, "to"),
    ],
)
def test_what_a_body_names_and_is_not_there_is_no_missing_address(owner, office, path, body, name):
    cast, case = office.cast, office.open()
    role = owner.post("roles", {"name": "Movers", "permissions": ["case.move"]}, status=201)["id"]
    owner.post(f"members/{cast.colleague.id}/role", {"role_id": role})
    known = {
        "nobody": uuid4(),
        "member": cast.colleague.id,
        "role": role,
        "team": office.team("Finance"),
        "case": case.id,
    }
    given = {key: value.format(**known) for key, value in body.items()}
    answer = owner("POST", path.format(**known), given)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [name]), answer.content


def test_a_role_that_is_deleted_is_named_in_the_answer(owner):
    role = owner.post("roles", {"name": "Movers", "permissions": ["case.move"]}, status=201)
    assert owner.post(f"roles/{role['id']}/delete") == role
