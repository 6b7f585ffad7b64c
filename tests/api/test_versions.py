"""ETag, If-Match and If-None-Match: nobody overwrites what they have not seen."""

import pytest

from tests.api.kit import refused


def test_a_case_carries_its_version_as_etag(api, office):
    case = office.open()
    assert api("GET", f"cases/{case.id}")["ETag"] == '"1"'
    assert api("POST", f"cases/{case.id}/move", {"to": "review"})["ETag"] == '"2"'


def test_a_client_that_has_this_very_state_gets_no_body(api, office):
    case = office.open()
    response = api("GET", f"cases/{case.id}", if_none_match='W/"7", "1"')
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", '"1"')
    assert api("GET", f"cases/{case.id}", if_none_match='"2"').status_code == 200
    assert api("HEAD", f"cases/{case.id}", if_none_match='"1"').status_code == 304


@pytest.mark.parametrize("given", ['"1"', 'W/"1"', "*"])
def test_an_act_with_the_present_version_goes_through(api, office, given):
    case = office.open()
    assert api.post(f"cases/{case.id}/move", {"to": "review"}, if_match=given)["version"] == 2


def test_an_act_on_a_version_that_is_past_fails_and_names_the_present_one(api, office):
    case = office.open()
    api.post(f"cases/{case.id}/comments", {"text": "first"})
    problem = refused(api("POST", f"cases/{case.id}/move", {"to": "review"}, if_match='"1"'), 412, "stale")
    assert (problem["version"], problem["expected_version"]) == (2, 1)
    assert office.case(case.id).stage == "intake"


@pytest.mark.parametrize("given", ["17", '"a"', '"1", "2"', '"1"x'])
def test_what_is_no_etag_is_refused(api, office, given):
    case = office.open()
    refused(api("POST", f"cases/{case.id}/move", {"to": "review"}, if_match=given), 400, "bad_etag")


def test_templates_have_versions_as_well(owner, office):
    made = owner("POST", "templates", {"name": "Purchases"})
    assert made["ETag"] == '"1"'
    key = made.json()["key"]
    owner.post(f"templates/{key}/add-stage", {"name": "Intake"}, if_match='"1"')
    refused(owner("POST", f"templates/{key}/add-stage", {"name": "Review"}, if_match='"1"'), 412, "stale")
