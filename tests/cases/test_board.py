"""The board of a template."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case, close_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case
from cases.board import board_of
from tests.cases.kit import ONBOARDING, without


@pytest.fixture
def board(office):
    """Draw the board as somebody sees it: columns by the key of their stage."""

    def drawn(by=None, **more):
        template = office.template()
        with office.cast.scope:
            return {c.stage.key: c for c in board_of(template, by or office.by.actor, **more)}

    return drawn


def test_a_column_for_every_stage_in_order_with_the_newest_cases_on_top(office, board):
    cases = [office.open(f"Case {n}") for n in range(3)]
    move_case(by=office.by.actor, case_id=cases[1].id, to="review")
    columns = board()
    assert list(columns) == ["intake", "review", "approval", "waiting", "done"]
    assert [row.id for row in columns["intake"].rows] == [cases[2].id, cases[0].id]
    assert [row.id for row in columns["review"].rows] == [cases[1].id]
    assert (columns["approval"].count, columns["approval"].rows, columns["approval"].median_age) == (
        0,
        [],
        None,
    )


def test_only_running_cases_are_on_it(office, board):
    held, closed, cancelled = (office.open() for _ in range(3))
    by = office.by.actor
    hold_case(by=by, case_id=held.id, reason="x")
    close_case(by=by, case_id=closed.id, outcome="won")
    cancel_case(by=by, case_id=cancelled.id)
    assert [row.id for row in board()["intake"].rows] == [held.id]
    assert board()["intake"].count == 1


def test_a_column_says_how_many_there_are_and_whether_it_shows_them_all(office, board):
    cases = [office.open(f"Case {n}") for n in range(4)]
    column = board(cards=3)["intake"]
    assert (column.count, column.is_more, column.has_older) == (4, False, True)
    assert [row.id for row in column.rows] == [case.id for case in reversed(cases)][:3]
    assert not board(cards=4)["intake"].has_older


def test_the_median_age_is_that_of_time_in_the_stage(office, board):
    for hours in (1, 5, 30):
        with time_machine.travel(now() - timedelta(hours=hours)):
            office.open()
    age = board()["intake"].median_age
    assert timedelta(hours=5) <= age < timedelta(hours=5, minutes=1)


def test_a_retired_stage_is_shown_as_long_as_a_case_is_in_it(office, board):
    case = office.open(stage="review")
    office.republish(**without(office.template().definition, "review", "waiting"))
    assert list(board()) == ["intake", "review", "approval", "done"]
    move_case(by=office.by.actor, case_id=case.id, to="intake", reason="x")
    assert list(board()) == ["intake", "approval", "done"]


def test_a_guest_sees_their_own_cards_and_figures(office, board):
    mine, _other, guest = office.open(), office.open(), office.cast.guest
    assign_case(by=office.by.actor, case_id=mine.id, owner=guest.id)
    column = board(guest.actor)["intake"]
    assert [row.id for row in column.rows] == [mine.id]
    assert column.count == 1


@pytest.mark.parametrize("count", [1, 12])
def test_a_board_takes_one_statement_however_many_cases_it_has(office, count):
    for _ in range(count):
        office.open()
    template, by = office.template(), office.by.actor
    with office.cast.scope, CaptureQueriesContext(connection) as captured:
        board_of(template, by)
    assert len([q for q in captured if "cases_case" in q["sql"]]) == 1


def test_two_templates_do_not_mix(office, board):
    office.publish(replace(ONBOARDING, name="Complaints", number_pattern="C-{number}"), "complaints")
    office.open(template="complaints")
    assert board()["intake"].rows == []
