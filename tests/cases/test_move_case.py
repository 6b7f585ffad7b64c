"""Taking a case to another stage."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case, close_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case
from tests.acting import acts, refused
from tests.cases.kit import without


def test_a_move_takes_four_statements(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.moved"], queries=4) as acted:
        moved = move_case(by=by, case_id=case.id, to="review", expected_version=1)
    assert (moved.stage, moved.version) == ("review", 2)
    assert acted.event.sentence == "moved the case from Intake to Review"
    assert acted.event.fact["kind"] == "advance"


def test_a_case_named_by_its_number_costs_no_statement_more(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.moved"], queries=4):
        moved = move_case(by=by, case_id=case.number, to="review")
    assert moved.id == case.id


@pytest.mark.parametrize("wrong", ["{}0", "x\x00", ""])
def test_a_number_that_is_nobodys_is_missing(office, wrong):
    case = office.open()
    with refused(case, Missing):
        move_case(by=office.by.actor, case_id=wrong.format(case.number), to="review")


def test_a_case_goes_back_with_a_reason(office):
    case = office.open(stage="review")
    with acts(case, says=["case.moved"]) as acted:
        move_case(by=office.by.actor, case_id=case.id, to="intake", reason=" Papers missing ")
    assert acted.event.sentence == "returned the case from Review to Intake"
    assert acted.event.reason == "Papers missing"


def test_a_case_skips_a_stage_of_the_path_with_a_reason(office):
    case = office.open(values={"amount": "1"})
    with acts(case, says=["case.moved"]) as acted:
        move_case(by=office.by.actor, case_id=case.id, to="approval", reason="Known client")
    assert acted.event.sentence == "skipped ahead from Intake to Approval"


@pytest.mark.parametrize(
    ("start", "to", "sentence"),
    [
        ("review", "intake", "The template asks why when you go back to Intake."),
        ("intake", "approval", "The template asks why when you skip ahead to Approval."),
        ("approval", "done", "The template asks why when you move to Done."),
    ],
)
def test_a_reason_is_asked_for_by_kind_and_by_pair(office, start, to, sentence):
    case = office.open(values={"amount": "1"}, stage=start)
    with refused(case, Invalid) as caught:
        move_case(by=office.by.actor, case_id=case.id, to=to, reason="  ")
    assert caught.value.message == sentence
    assert caught.value.code == "reason_needed"
    assert caught.value.fields == {"reason": "Say why, in a sentence."}
    with acts(case, says=["case.moved"]):
        move_case(by=office.by.actor, case_id=case.id, to=to, reason="Because")


def test_a_reason_is_welcome_where_none_is_asked_for(office):
    case = office.open()
    with acts(case, says=["case.moved"]) as acted:
        move_case(by=office.by.actor, case_id=case.id, to="review", reason="Complete")
    assert acted.event.reason == "Complete"


@pytest.mark.parametrize("reason", ["x" * 2001, "a\x00b"])
def test_a_reason_is_short_and_printable(office, reason):
    case = office.open()
    with refused(case, Invalid) as caught:
        move_case(by=office.by.actor, case_id=case.id, to="review", reason=reason)
    assert list(caught.value.fields) == ["reason"]


def test_going_on_asks_for_what_the_stage_needs(office):
    case = office.open(stage="review")
    with refused(case, Invalid, match="Fill in first: Amount.") as caught:
        move_case(by=office.by.actor, case_id=case.id, to="approval")
    assert caught.value.code == "fields_missing"
    assert caught.value.fields == {"amount": "Amount is needed in Approval."}


def test_skipping_asks_as_well(office):
    case = office.open()
    with refused(case, Invalid) as caught:
        move_case(by=office.by.actor, case_id=case.id, to="approval", reason="x")
    assert "amount" in caught.value.fields


def test_stepping_aside_asks_for_nothing_that_the_path_asks_for(office):
    case = office.open()
    with acts(case, says=["case.moved"]):
        move_case(by=office.by.actor, case_id=case.id, to="waiting", reason="x")


def test_going_back_never_does(office):
    case = office.open(values={"amount": "1"}, stage="done")
    office.republish(fields=tuple(_needed(field) for field in office.template().definition.fields))
    with acts(case, says=["case.moved"]):
        move_case(by=office.by.actor, case_id=case.id, to="review", reason="Not done")


def _needed(field):
    return field.__class__(field.key, field.name, field.kind, required_from="intake", options=field.options)


def test_a_forbidden_move_is_refused_by_name_even_where_fields_are_missing(office):
    case = office.open()
    with refused(case, Conflict, match="The template does not allow going from Intake to Done.") as caught:
        move_case(by=office.by.actor, case_id=case.id, to="done", reason="x")
    assert caught.value.code == "move_not_possible"


def test_staying_is_no_move(office):
    case = office.open()
    with refused(case, Conflict, match="The case is in Intake already."):
        move_case(by=office.by.actor, case_id=case.id, to="intake")


def test_a_retired_stage_takes_no_case_and_lets_its_cases_go(office):
    case, other = office.open(stage="review"), office.open()
    office.republish(**without(office.template().definition, "review"))
    with refused(other, Conflict, match="Review is retired"):
        move_case(by=office.by.actor, case_id=other.id, to="review")
    with acts(case, says=["case.moved"]) as acted:
        move_case(by=office.by.actor, case_id=case.id, to="intake", reason="Start over")
    assert acted.event.sentence == "returned the case from Review to Intake"


def test_a_stage_nobody_knows_is_invalid(office):
    case = office.open()
    with refused(case, Invalid) as caught:
        move_case(by=office.by.actor, case_id=case.id, to="nowhere")
    assert caught.value.fields == {"to": "Choose one of the template's stages."}


def test_a_stage_added_while_the_case_runs_is_open_to_it(office):
    case, template = office.open(), office.template()
    stages = (*template.definition.stages, template.definition.stages[0].__class__("audit", "Audit"))
    office.republish(stages=stages, fields=())
    with acts(case, says=["case.moved"]) as acted:
        move_case(by=office.by.actor, case_id=case.id, to="audit", reason="Picked")
    assert acted.event.template_version_id == office.template().version_id != case.template_version_id


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (lambda by, id_: hold_case(by=by, case_id=id_, reason="x"), "The case is on hold. Resume it first."),
        (
            lambda by, id_: close_case(by=by, case_id=id_, outcome="won"),
            "The case is closed. Reopen it first.",
        ),
        (lambda by, id_: cancel_case(by=by, case_id=id_), "The case is cancelled. Reopen it first."),
    ],
)
def test_a_case_that_does_not_run_does_not_move(office, end, sentence):
    case = office.open()
    end(office.by.actor, case.id)
    with refused(case, Conflict, match=sentence):
        move_case(by=office.by.actor, case_id=case.id, to="review")


def test_time_in_stages_adds_up(office):
    start, by = now(), office.by.actor
    with time_machine.travel(start, tick=False) as clock:
        case = office.open()
        for to, minutes in (("review", 10), ("intake", 5), ("review", 2)):
            clock.shift(timedelta(minutes=minutes))
            move_case(by=by, case_id=case.id, to=to, reason="again")
    row = office.case(case.id)
    assert row.stage_seconds == {"intake": 720.0, "review": 300.0}
    assert row.stage_entered_at == start + timedelta(minutes=17)


def test_a_clock_that_goes_back_adds_no_negative_time(office):
    case = office.open()
    with time_machine.travel(now() - timedelta(hours=1)):
        moved = move_case(by=office.by.actor, case_id=case.id, to="review")
    assert moved.stage_seconds == {"intake": 0.0}


def test_a_reader_may_not_and_is_told_who_could(office):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match="You may not move cases between stages. .*Carl Colleague"):
        move_case(by=reader, case_id=case.id, to="review")


def test_a_guest_sees_and_may_not_move_what_is_assigned_to_their_team(office):
    case, guest = office.open(), office.cast.guest.actor
    with refused(case, Missing):
        move_case(by=guest, case_id=case.id, to="review")
    team = office.team("Helpers", office.cast.guest)
    assign_case(by=office.by.actor, case_id=case.id, team=team)
    with refused(case, Forbidden):
        move_case(by=guest, case_id=case.id, to="review")


def test_a_stranger_finds_no_such_case(office):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing, match="There is no such case"):
        move_case(by=stranger, case_id=case.id, to="review")


def test_a_stale_move_is_refused(office):
    case, by = office.open(), office.by.actor
    move_case(by=by, case_id=case.id, to="review")
    with refused(case, Conflict) as caught:
        move_case(by=by, case_id=case.id, to="approval", expected_version=1)
    assert caught.value.code == "stale"
    assert caught.value.details["changed"][0]["sentence"] == "moved the case from Intake to Review"
