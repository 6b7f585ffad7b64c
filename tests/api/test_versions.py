"""ETag, If-Match and If-None-Match: nobody overwrites what they have not seen."""

import pytest

from templates_app.actions.creating import describe_template
from tenants.actions.members import change_member_role
from tenants.actions.organizations import update_organization
from tenants.actions.roles import create_role, delete_role
from tenants.actions.teams import remove_team_member
from tests.api.kit import refused
from tests.races.waiting import right_after_the_commit, waiting_for


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


def test_an_act_on_a_template_answers_with_what_it_left_not_with_what_came_after_it(owner, office):
    template, by = office.template(), office.cast.owner.actor
    before = owner("GET", f"templates/{template.key}").json()["version"]
    with right_after_the_commit(lambda: describe_template(by=by, template_id=template.id, name="Theirs")):
        answer = owner("POST", f"templates/{template.key}/describe", {"name": "Mine"})
    assert (answer.status_code, answer["ETag"]) == (200, f'"{before + 1}"')
    assert (answer.json()["name"], answer.json()["version"]) == ("Mine", before + 1)
    refused(
        owner("POST", f"templates/{template.key}/describe", {"name": "X"}, if_match=answer["ETag"]),
        412,
        "stale",
    )


def test_an_act_on_a_member_answers_with_what_it_left(owner, office):
    cast = office.cast
    member, by, auditor = cast.colleague, cast.owner.actor, cast.role("auditor")
    role = create_role(by=by, name="Movers", permissions=["case.view", "case.move"])
    change_member_role(by=by, member_id=member.id, role_id=role.id)
    with right_after_the_commit(lambda: delete_role(by=by, role_id=role.id, destination_id=auditor.id)):
        answer = owner.post(f"members/{member.id}", {"name": "Carla"}, method="PATCH")
    assert (answer["name"], answer["role_id"], answer["role"]) == ("Carla", str(role.id), role.key)


def test_an_act_on_a_team_answers_with_what_it_left(owner, office):
    member, by, team = office.cast.colleague, office.cast.owner.actor, office.team("Finance")
    with right_after_the_commit(lambda: remove_team_member(by=by, team_id=team, member_id=member.id)):
        answer = owner.post(f"teams/{team}/members", {"member_id": str(member.id)})
    assert answer["member_ids"] == [str(member.id)]
    gone = owner.post(f"teams/{team}/members", {"member_id": str(member.id)})
    assert gone["member_ids"] == [str(member.id)]
    assert owner.post(f"teams/{team}/members/{member.id}/remove")["member_ids"] == []


def test_a_part_of_the_organization_that_is_not_named_stays_as_somebody_just_made_it(owner, office):
    organization, by = office.cast.organization, office.cast.owner.actor
    with waiting_for(organization) as line:
        line.join(lambda: update_organization(by=by, locale="de"))
        renamed = line.join(
            lambda: owner.post(f"organizations/{organization.slug}", {"name": "Acme AG"}, method="PATCH")
        )
    assert renamed.code == ""
    assert (renamed.returned["name"], renamed.returned["locale"]) == ("Acme AG", "de")
    assert owner.get(f"organizations/{organization.slug}")["locale"] == "de"


@pytest.mark.parametrize(
    ("path", "body"),
    [("teams", {"name": "Finance"}), ("roles", {"name": "Movers", "permissions": ["case.move"]})],
)
def test_what_was_made_says_where_it_is(owner, path, body):
    answer = owner("POST", path, body)
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/{path}/{answer.json()['id']}"
    assert owner.get(answer["Location"].removeprefix("/api/v1/")) == answer.json()
