"""Ending a case with an outcome, or without one."""

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case, close_case
from cases.actions.pausing import hold_case
from tests.acting import acts, refused


def test_a_case_is_closed_with_an_outcome_in_four_statements(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.closed"], queries=4) as acted:
        closed = close_case(by=by, case_id=case.id, outcome="won", reason="Signed", expected_version=1)
    assert (closed.status, closed.outcome, closed.stage) == ("closed", "won", "intake")
    assert closed.closed_at == acted.event.occurred_at
    assert acted.event.sentence == "closed the case: Won"
    assert acted.event.reason == "Signed"


@pytest.mark.parametrize("outcome", ["", "void", "nothing"])
def test_an_outcome_is_chosen_from_those_in_use(office, outcome):
    case = office.open()
    with refused(case, Invalid, match="Say how the case ended") as caught:
        close_case(by=office.by.actor, case_id=case.id, outcome=outcome)
    assert caught.value.fields == {"outcome": "Choose one of: Won, Lost."}
    assert office.case(case.id).status == "open"


def test_a_template_without_outcomes_asks_for_none(office):
    office.republish(outcomes=())
    case = office.open()
    with acts(case, says=["case.closed"]) as acted:
        close_case(by=office.by.actor, case_id=case.id)
    assert acted.event.sentence == "closed the case"
    other = office.open()
    with refused(other, Invalid) as caught:
        close_case(by=office.by.actor, case_id=other.id, outcome="won")
    assert list(caught.value.fields) == ["outcome"]


def test_a_case_is_cancelled_without_an_outcome_in_four_statements(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.cancelled"], queries=4) as acted:
        cancelled = cancel_case(by=by, case_id=case.id, reason="Entered twice", expected_version=1)
    assert (cancelled.status, cancelled.outcome) == ("cancelled", "")
    assert (acted.event.sentence, acted.event.reason) == ("cancelled the case", "Entered twice")


@pytest.mark.parametrize(
    ("kind", "end", "sentence"),
    [
        ("close", lambda **k: close_case(outcome="won", **k), "The template asks why when you close a case."),
        ("cancel", cancel_case, "The template asks why when you cancel a case."),
    ],
)
def test_a_reason_is_asked_for_where_the_template_says_so(office, kind, end, sentence):
    office.republish(reason_kinds=frozenset({kind}))
    case, by = office.open(), office.by.actor
    with refused(case, Invalid, match=sentence) as caught:
        end(by=by, case_id=case.id)
    assert caught.value.code == "reason_needed"
    with acts(case, says=[f"case.{'closed' if kind == 'close' else 'cancelled'}"]):
        end(by=by, case_id=case.id, reason="Because")


ENDS = [
    (lambda **k: close_case(outcome="won", **k), "close cases", "The case is closed already."),
    (cancel_case, "cancel cases", "The case is cancelled already."),
]


@pytest.mark.parametrize(("end", "_may", "sentence"), ENDS)
def test_what_has_ended_does_not_end_again(office, end, _may, sentence):
    case, by = office.open(), office.by.actor
    end(by=by, case_id=case.id)
    for again, _, _ in ENDS:
        with refused(case, Conflict, match=sentence) as caught:
            again(by=by, case_id=case.id)
        assert caught.value.code == "wrong_status"


@pytest.mark.parametrize(("end", "_may", "_sentence"), ENDS)
def test_a_case_on_hold_ends_and_is_no_longer_held(office, end, _may, _sentence):
    case, by = office.open(), office.by.actor
    hold_case(by=by, case_id=case.id, reason="x")
    end(by=by, case_id=case.id)
    row = office.case(case.id)
    assert (row.hold_reason, row.hold_until) == ("", None)
    with acts(case, says=[]):
        """The replay equals the row."""


@pytest.mark.parametrize(("end", "may", "_sentence"), ENDS)
def test_a_reader_may_not_and_is_told_who_could(office, end, may, _sentence):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match=f"You may not {may}. .*Carl Colleague"):
        end(by=reader, case_id=case.id)


@pytest.mark.parametrize(("end", "_may", "_sentence"), ENDS)
def test_a_guest_may_not_end_what_is_assigned_to_them(office, end, _may, _sentence):
    case, guest = office.open(), office.cast.guest.actor
    with refused(case, Missing):
        end(by=guest, case_id=case.id)
    assign_case(by=office.by.actor, case_id=case.id, owner=office.cast.guest.id)
    with refused(case, Forbidden):
        end(by=guest, case_id=case.id)


@pytest.mark.parametrize(("end", "_may", "_sentence"), ENDS)
def test_a_stranger_finds_no_such_case(office, end, _may, _sentence):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing):
        end(by=stranger, case_id=case.id)


@pytest.mark.parametrize(("end", "_may", "_sentence"), ENDS)
def test_a_stale_ending_is_refused(office, end, _may, _sentence):
    case, by = office.open(), office.by.actor
    with refused(case, Conflict) as caught:
        end(by=by, case_id=case.id, expected_version=9)
    assert caught.value.code == "stale"
