"""Stopping work on a case for a while, and going on."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case, close_case
from cases.actions.pausing import hold_case, resume_case
from tests.acting import acts, refused


def test_a_case_is_put_on_hold_in_four_statements(office):
    case, by, until = office.open(), office.by.actor, now().date() + timedelta(days=7)
    with acts(case, says=["case.held"], queries=4) as acted:
        held = hold_case(
            by=by, case_id=case.id, reason=" Waiting for papers ", until=until, expected_version=1
        )
    assert (held.status, held.hold_reason, held.hold_until) == ("on_hold", "Waiting for papers", until)
    assert acted.event.sentence == f"put the case on hold until {until.isoformat()}"
    assert acted.event.reason == "Waiting for papers"


def test_a_day_to_look_again_may_be_left_open(office):
    case = office.open()
    with acts(case, says=["case.held"]) as acted:
        hold_case(by=office.by.actor, case_id=case.id, reason="x")
    assert acted.event.sentence == "put the case on hold"


def test_a_case_goes_on_where_it_was_in_four_statements(office):
    case, by = office.open(stage="review"), office.by.actor
    hold_case(by=by, case_id=case.id, reason="x", until=now().date() + timedelta(days=2))
    with acts(case, says=["case.resumed"], queries=4) as acted:
        resumed = resume_case(by=by, case_id=case.id, reason="Papers are here", expected_version=2)
    assert (resumed.status, resumed.stage, resumed.hold_until, resumed.hold_reason) == (
        "open",
        "review",
        None,
        "",
    )
    assert (acted.event.sentence, acted.event.reason) == ("resumed the case", "Papers are here")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_hold_needs_a_reason(office, reason):
    case = office.open()
    with refused(case, Invalid) as caught:
        hold_case(by=office.by.actor, case_id=case.id, reason=reason)
    assert list(caught.value.fields) == ["reason"]


def test_all_that_is_wrong_with_a_hold_is_said_at_once(office):
    case = office.open()
    with refused(case, Invalid) as caught:
        hold_case(by=office.by.actor, case_id=case.id, reason="", until=date(2020, 1, 1))
    assert sorted(caught.value.fields) == ["reason", "until"]


def test_a_day_that_is_past_in_the_organizations_time_zone_is_refused(office):
    case, by = office.open(), office.by.actor
    # Half past ten at night in Greenwich is half past midnight in Berlin.
    with time_machine.travel(datetime(2031, 6, 30, 22, 30, tzinfo=UTC)):
        with refused(case, Invalid, match="The follow-up day is past") as caught:
            hold_case(by=by, case_id=case.id, reason="x", until=date(2031, 6, 30))
        assert caught.value.fields == {"until": "Choose today or a later day."}
        hold_case(by=by, case_id=case.id, reason="x", until=date(2031, 7, 1))


def test_a_case_on_hold_is_not_held_again(office):
    case, by = office.open(), office.by.actor
    hold_case(by=by, case_id=case.id, reason="x")
    with refused(case, Conflict, match="The case is on hold already.") as caught:
        hold_case(by=by, case_id=case.id, reason="y")
    assert caught.value.code == "wrong_status"


def test_a_case_that_is_not_on_hold_is_not_resumed(office):
    case = office.open()
    with refused(case, Conflict, match="The case is not on hold."):
        resume_case(by=office.by.actor, case_id=case.id)


@pytest.mark.parametrize("act", [lambda **k: hold_case(reason="x", **k), resume_case])
@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (lambda **k: close_case(outcome="won", **k), "The case is closed. Reopen it first."),
        (cancel_case, "The case is cancelled. Reopen it first."),
    ],
)
def test_a_case_that_has_ended_is_neither_held_nor_resumed(office, act, end, sentence):
    case, by = office.open(), office.by.actor
    end(by=by, case_id=case.id)
    with refused(case, Conflict, match=sentence):
        act(by=by, case_id=case.id)


def test_a_reader_may_not_and_is_told_who_could(office):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match="You may not put cases on hold and resume them. .*Carl Colleague"):
        hold_case(by=reader, case_id=case.id, reason="x")
    hold_case(by=office.by.actor, case_id=case.id, reason="x")
    with refused(case, Forbidden, match="Carl Colleague"):
        resume_case(by=reader, case_id=case.id)


def test_a_guest_may_not_hold_what_is_assigned_to_them(office):
    case, guest = office.open(), office.cast.guest.actor
    with refused(case, Missing):
        hold_case(by=guest, case_id=case.id, reason="x")
    assign_case(by=office.by.actor, case_id=case.id, owner=office.cast.guest.id)
    with refused(case, Forbidden):
        hold_case(by=guest, case_id=case.id, reason="x")


def test_a_stranger_finds_no_such_case(office):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing):
        hold_case(by=stranger, case_id=case.id, reason="x")
    with refused(case, Missing):
        resume_case(by=stranger, case_id=case.id)


def test_stale_holds_and_resumptions_are_refused(office):
    case, by = office.open(), office.by.actor
    with refused(case, Conflict) as caught:
        hold_case(by=by, case_id=case.id, reason="x", expected_version=7)
    assert caught.value.code == "stale"
    hold_case(by=by, case_id=case.id, reason="x")
    with refused(case, Conflict) as caught:
        resume_case(by=by, case_id=case.id, expected_version=1)
    assert caught.value.code == "stale"
