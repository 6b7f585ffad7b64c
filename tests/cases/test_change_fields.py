"""Changing what a case's fields say."""

from uuid import uuid4

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.ending import close_case
from cases.actions.pausing import hold_case
from cases.models import Value
from tests.acting import acts, refused
from tests.cases.kit import without
from tests.cases.test_open_case import RIGHT, WRONG
from timeline.models import EventBody


def test_a_colleague_changes_values_in_six_statements(office):
    case, by = office.open(values={"company": "Lovelace", "headcount": "3"}), office.by.actor
    with acts(case, says=["case.fields_changed"], queries=6) as acted:
        changed = change_fields(
            by=by,
            case_id=case.id,
            values={"company": "Babbage", "headcount": "", "region": "North"},
            expected_version=1,
        )
    assert changed.data == {"company": "Babbage", "region": "north"}
    assert changed.version == 2
    assert acted.event.sentence == "changed Company, Headcount and Region"
    assert acted.event.fact["changes"]["company"] == {
        "name": "Company",
        "kind": "text",
        "from": "Lovelace",
        "to": "Babbage",
        "from_shown": "Lovelace",
        "to_shown": "Babbage",
    }
    assert acted.event.fact["changes"]["headcount"]["from_shown"] == "3\u00a0people"
    assert acted.event.fact["changes"]["headcount"]["to"] is None


def test_the_title_is_changed_beside_the_values(office):
    case = office.open("Old title")
    with acts(case, says=["case.fields_changed"]) as acted:
        change_fields(by=office.by.actor, case_id=case.id, title=" New   title ", values={"share": "5"})
    assert office.case(case.id).title == "New title"
    assert acted.event.sentence == "changed Share and Title"


def test_a_title_alone_is_changed_without_touching_the_index(office):
    case, by = office.open("Old title"), office.by.actor
    with acts(case, says=["case.fields_changed"], queries=4):
        change_fields(by=by, case_id=case.id, title="New title")


def test_what_is_as_it_was_is_no_change(office):
    case = office.open("Same", {"company": "Lovelace", "amount": "12.5", "topics": ["tax"]})
    with acts(case, says=[]):
        change_fields(
            by=office.by.actor,
            case_id=case.id,
            title="Same",
            values={
                "company": " Lovelace ",
                "amount": "12.50 EUR",
                "topics": ["Tax"],
                "due": "",
                "legacy": "",
            },
        )
    assert office.case(case.id).version == 1


def test_every_kind_of_field_is_changed_and_emptied_again(office):
    case, by = office.open(), office.by.actor
    values = {**{key: value for key, (value, _) in RIGHT.items()}, "contact": office.by.id}
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values=values)
    assert office.case(case.id).data == {
        **{key: stored for key, (_, stored) in RIGHT.items()},
        "contact": str(office.by.id),
    }
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values=dict.fromkeys(values, ""))
    assert office.case(case.id).data == {}
    with office.cast.scope:
        assert not Value.objects.filter(case_id=case.id).exists()


def test_values_that_do_not_fit_are_all_named_and_nothing_is_changed(office):
    case = office.open()
    with refused(case, Invalid, match="Nothing was changed") as caught:
        change_fields(
            by=office.by.actor,
            case_id=case.id,
            values={"due": "2026-01-31", **{k: v for k, (v, _) in WRONG.items() if k != "due"}},
        )
    assert caught.value.fields == {key: sentence for key, (_, sentence) in WRONG.items() if key != "due"}
    assert office.case(case.id).data == {}


def test_what_the_stage_needs_cannot_be_emptied(office):
    case = office.open(values={"amount": "5"}, stage="approval")
    with refused(case, Invalid) as caught:
        change_fields(by=office.by.actor, case_id=case.id, values={"amount": ""})
    assert caught.value.fields == {"amount": "Amount is needed in this stage and cannot be emptied."}


def test_what_was_missing_before_hinders_no_other_change(office):
    case = office.open(values={"company": "x"}, stage="review")
    office.republish(fields=tuple(_needed(f) for f in office.template().definition.fields))
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=office.by.actor, case_id=case.id, values={"company": "y"})


def test_what_was_empty_before_may_be_said_to_be_empty_beside_another_change(office):
    case, by = office.open(values={"company": "x"}, stage="review"), office.by.actor
    office.republish(fields=tuple(_needed(f) for f in office.template().definition.fields))
    with acts(case, says=["case.fields_changed"]) as acted:
        change_fields(by=by, case_id=case.id, values={"company": "y", "share": None, "topics": []})
    assert set(acted.event.fact["changes"]) == {"company"}
    with refused(case, Invalid) as caught:
        change_fields(by=by, case_id=case.id, values={"company": "", "share": None})
    assert set(caught.value.fields) == {"company"}


def _needed(field):
    return field.__class__(field.key, field.name, field.kind, required_from="intake", options=field.options)


def test_a_retired_field_keeps_its_value_and_takes_no_other(office):
    case, by = office.open(values={"company": "kept"}), office.by.actor
    office.republish(**without(office.template().definition, "company"))
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values={"company": "kept", "share": "1"})
    with refused(case, Invalid) as caught:
        change_fields(by=by, case_id=case.id, values={"company": "other"})
    assert caught.value.fields == {"company": "Company is retired: the template no longer uses it."}


def test_a_retired_option_may_stay_where_it_is(office):
    case, by = office.open(values={"topics": ["tax"], "region": "north"}), office.by.actor
    definition = office.template().definition
    office.republish(fields=tuple(_without_option(field, "tax", "north") for field in definition.fields))
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values={"topics": ["tax", "law"], "region": "north"})
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values={"topics": ["law"]})
    with refused(case, Invalid, match="Nothing was changed"):
        change_fields(by=by, case_id=case.id, values={"topics": ["law", "tax"]})


def _without_option(field, *keys):
    options = tuple(
        option.__class__(option.key, option.name, is_retired=option.is_retired or option.key in keys)
        for option in field.options
    )
    return field.__class__(field.key, field.name, field.kind, options=options, currency=field.currency)


def test_personal_values_are_sealed_apart_and_told_with_before_and_after(office):
    case = office.open(values={"mail": "ada@example.org"})
    with acts(case, says=["case.fields_changed"]) as acted:
        change_fields(by=office.by.actor, case_id=case.id, values={"mail": "eve@example.org", "share": "77"})
    with office.cast.scope:
        body = EventBody.objects.get(id=acted.event.id)
    assert "example.org" not in body.body
    assert "77" in body.body
    change = acted.event.fact["changes"]["mail"]
    assert (change["from"], change["to"]) == ("ada@example.org", "eve@example.org")


def test_an_owner_with_more_rights_may_as_well(office):
    case = office.open()
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=office.cast.owner.actor, case_id=case.id, values={"share": "1"})


def test_a_reader_may_not_and_is_told_who_could(office):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match="You may not change the fields of a case. .*Carl Colleague"):
        change_fields(by=reader, case_id=case.id, values={"share": "1"})


def test_a_guest_sees_and_may_not_change_what_is_assigned_to_them(office):
    case, guest = office.open(), office.cast.guest.actor
    with refused(case, Missing):
        change_fields(by=guest, case_id=case.id, values={"share": "1"})
    assign_case(by=office.by.actor, case_id=case.id, owner=office.cast.guest.id)
    with refused(case, Forbidden):
        change_fields(by=guest, case_id=case.id, values={"share": "1"})


def test_a_stranger_finds_no_such_case(office):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing, match="There is no such case"):
        change_fields(by=stranger, case_id=case.id, values={"share": "1"})


def test_a_case_that_is_nowhere_is_missing(office):
    with refused(office.cast.organization, Missing, match="There is no such case"):
        change_fields(by=office.by.actor, case_id=uuid4(), values={"share": "1"})


def test_a_case_on_hold_can_be_changed_and_an_ended_one_cannot(office):
    case, by = office.open(), office.by.actor
    hold_case(by=by, case_id=case.id, reason="wait")
    with acts(case, says=["case.fields_changed"]):
        change_fields(by=by, case_id=case.id, values={"share": "1"})
    close_case(by=by, case_id=case.id, outcome="won")
    with refused(case, Conflict, match="The case is closed. Reopen it to change it.") as caught:
        change_fields(by=by, case_id=case.id, values={"share": "2"})
    assert caught.value.code == "wrong_status"


@pytest.mark.parametrize("title", ["", " ", "x" * 201])
def test_a_title_cannot_be_taken_away(office, title):
    case = office.open()
    with refused(case, Invalid) as caught:
        change_fields(by=office.by.actor, case_id=case.id, title=title)
    assert list(caught.value.fields) == ["title"]


def test_a_stale_change_is_refused_and_nothing_is_lost(office):
    case = office.open(values={"company": "one"})
    change_fields(by=office.by.actor, case_id=case.id, values={"company": "two"})
    with refused(case, Conflict) as caught:
        change_fields(by=office.by.actor, case_id=case.id, values={"company": "three"}, expected_version=1)
    assert caught.value.code == "stale"
    assert office.case(case.id).data == {"company": "two"}
