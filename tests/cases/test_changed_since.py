"""What a stale form is told: who changed what since it was opened."""

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casefy.errors import Conflict
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.moving import move_case
from cases.changes import changed_since


@pytest.fixture
def busy(office):
    """A case somebody opened a form on at version 1, before three acts of two people."""
    case = office.open("Old title", {"company": "one", "headcount": "1", "share": "1"})
    change_fields(
        by=office.by.actor, case_id=case.id, values={"company": "two", "share": "2"}, title="New title"
    )
    move_case(by=office.by.actor, case_id=case.id, to="review", reason="Complete")
    change_fields(by=office.cast.owner.actor, case_id=case.id, values={"company": "three", "share": "1"})
    return case


def test_a_stale_act_says_who_did_what_and_where_each_field_ended_up(office, busy):
    with pytest.raises(Conflict) as caught:
        change_fields(by=office.by.actor, case_id=busy.id, values={"company": "mine"}, expected_version=1)
    refusal = caught.value
    assert refusal.message == "Carl Colleague and Olga Owner changed this case in the meantime."
    assert (refusal.details["version"], refusal.details["expected_version"]) == (4, 1)
    assert [change["sentence"] for change in refusal.details["changed"]] == [
        "changed Company, Share and Title",
        "moved the case from Intake to Review",
        "changed Company and Share",
    ]
    assert refusal.details["changed"][1]["reason"] == "Complete"
    company = refusal.details["fields"]["company"]
    assert (company["before"], company["after"], company["by"]) == ("one", "three", "Olga Owner")
    assert refusal.details["fields"]["$title"]["after"] == "New title"
    assert refusal.details["is_whole"] is True


def test_what_ended_as_it_was_is_no_change(office, busy):
    with office.cast.scope:
        meanwhile = changed_since(office.case(busy.id), 1)
    assert set(meanwhile.fields) == {"company", "$title"}


def test_only_what_came_after_the_version_is_told(office, busy):
    with office.cast.scope:
        meanwhile = changed_since(office.case(busy.id), 3)
    assert [each.seq for each in meanwhile.happenings] == [4]
    assert meanwhile.sentence == "Olga Owner changed this case in the meantime."
    assert meanwhile.fields["company"].before == "two"


def test_the_details_are_plain_json(office, busy):
    with office.cast.scope:
        details = changed_since(office.case(busy.id), 1).as_details()
    assert orjson.loads(orjson.dumps(details)) == details


def test_it_takes_one_statement_however_much_happened(office, busy):
    row = office.case(busy.id)
    with office.cast.scope, CaptureQueriesContext(connection) as captured:
        changed_since(row, 1)
    assert len([q for q in captured if "timeline_event" in q["sql"]]) == 1
    assert len(captured) <= 3  # with the tenant, told and taken back


def test_a_version_from_the_future_is_stale_too(office, busy):
    with pytest.raises(Conflict, match="another version now") as caught:
        move_case(by=office.by.actor, case_id=busy.id, to="approval", expected_version=99)
    assert caught.value.details["changed"] == []


def test_of_very_many_events_the_last_are_told(office):
    case, by = office.open(), office.by.actor
    for n in range(60):
        comment_on_case(by=by, case_id=case.id, text=f"Comment {n}")
    with office.cast.scope:
        meanwhile = changed_since(office.case(case.id), 1)
    assert not meanwhile.is_whole
    assert [each.seq for each in meanwhile.happenings] == list(range(12, 62))


def test_nothing_changed_since_now(office, busy):
    with office.cast.scope:
        assert changed_since(office.case(busy.id), 4).happenings == ()
