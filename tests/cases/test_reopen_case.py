"""Taking an ended case up again."""

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case, close_case, reopen_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case
from tests.acting import acts, refused
from tests.cases.kit import without


@pytest.fixture
def ended(office):
    """A case that was closed in review."""
    case = office.open(stage="review")
    close_case(by=office.by.actor, case_id=case.id, outcome="lost")
    return case


def test_a_closed_case_is_reopened_where_it_was_in_four_statements(office, ended):
    by = office.by.actor
    with acts(ended, says=["case.reopened"], queries=4) as acted:
        reopened = reopen_case(by=by, case_id=ended.id, reason="They called", expected_version=2)
    assert (reopened.status, reopened.stage, reopened.outcome, reopened.closed_at) == (
        "open",
        "review",
        "",
        None,
    )
    assert acted.event.sentence == "reopened the case in Review"
    assert (acted.event.fact["was"], acted.event.fact["outcome"]) == ("closed", "lost")
    assert acted.event.reason == "They called"


def test_a_cancelled_case_is_reopened_elsewhere_and_goes_on(office):
    case, by = office.open(stage="review"), office.by.actor
    cancel_case(by=by, case_id=case.id)
    with acts(case, says=["case.reopened"]):
        assert reopen_case(by=by, case_id=case.id, stage="waiting").stage == "waiting"
    with acts(case, says=["case.moved"]):
        move_case(by=by, case_id=case.id, to="intake", reason="Again")


def test_reopening_is_no_way_around_the_fields_a_stage_needs(office, ended):
    with refused(ended, Invalid, match="Fill in first: Amount") as caught:
        reopen_case(by=office.by.actor, case_id=ended.id, stage="approval")
    assert list(caught.value.fields) == ["amount"]


def test_reopening_is_no_way_around_a_forbidden_move(office, ended):
    office.republish(forbidden_moves=frozenset({("review", "waiting")}))
    with refused(ended, Conflict, match="does not allow going from Review"):
        reopen_case(by=office.by.actor, case_id=ended.id, stage="waiting")


def test_a_stage_nobody_knows_is_invalid(office, ended):
    with refused(ended, Invalid) as caught:
        reopen_case(by=office.by.actor, case_id=ended.id, stage="nowhere")
    assert caught.value.fields == {"stage": "Choose one of the template's stages."}


def test_where_its_stage_was_retired_another_one_is_asked_for(office, ended):
    office.republish(**without(office.template().definition, "review"))
    with refused(ended, Invalid, match="Review is retired") as caught:
        reopen_case(by=office.by.actor, case_id=ended.id)
    assert caught.value.fields == {"stage": "Choose another stage to go on in."}
    with acts(ended, says=["case.reopened"]):
        reopen_case(by=office.by.actor, case_id=ended.id, stage="intake")


def test_a_reason_is_asked_for_where_the_template_says_so(office, ended):
    office.republish(reason_kinds=frozenset({"reopen"}))
    with refused(ended, Invalid, match="The template asks why when you reopen a case."):
        reopen_case(by=office.by.actor, case_id=ended.id)
    with acts(ended, says=["case.reopened"]):
        reopen_case(by=office.by.actor, case_id=ended.id, reason="Because")


def test_a_running_case_is_not_reopened(office):
    case, by = office.open(), office.by.actor
    with refused(case, Conflict, match="The case is running: there is nothing to reopen."):
        reopen_case(by=by, case_id=case.id)
    hold_case(by=by, case_id=case.id, reason="x")
    with refused(case, Conflict, match="The case is running"):
        reopen_case(by=by, case_id=case.id)


def test_a_case_may_end_and_be_reopened_many_times(office, ended):
    by = office.by.actor
    with acts(ended, says=["case.reopened", "case.closed"] * 3):
        for _ in range(3):
            reopen_case(by=by, case_id=ended.id)
            close_case(by=by, case_id=ended.id, outcome="won")


def test_a_reader_may_not_and_is_told_who_could(office, ended):
    reader = office.cast.reader.actor
    with refused(ended, Forbidden, match="You may not reopen closed and cancelled cases. .*Carl Colleague"):
        reopen_case(by=reader, case_id=ended.id)


def test_a_guest_may_not_reopen_what_is_assigned_to_them(office, ended):
    guest = office.cast.guest.actor
    with refused(ended, Missing):
        reopen_case(by=guest, case_id=ended.id)
    assign_case(by=office.by.actor, case_id=ended.id, owner=office.cast.guest.id)
    with refused(ended, Forbidden):
        reopen_case(by=guest, case_id=ended.id)


def test_a_stranger_finds_no_such_case(office, ended):
    stranger = office.cast.stranger.actor
    with refused(ended, Missing):
        reopen_case(by=stranger, case_id=ended.id)


def test_a_stale_reopening_is_refused(office, ended):
    with refused(ended, Conflict) as caught:
        reopen_case(by=office.by.actor, case_id=ended.id, expected_version=1)
    assert caught.value.code == "stale"
