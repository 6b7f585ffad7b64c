"""Which moves are possible, as a pure question; and that the act and the answer never disagree."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casefy.errors import Refused
from cases.actions.moving import move_case
from cases.machine import Standing, judge_move, possible_moves
from cases.models import Case
from templates_app.definition import REASON_KINDS, Definition, Field, Stage
from tests.cases.kit import ONBOARDING


def moves(stage="intake", status="open", definition=ONBOARDING, **data):
    return {move.stage.key: move for move in possible_moves(definition, Standing(status, stage, data))}


TABLE = [
    # from, to, kind, why not, needs a reason; the amount is missing
    ("intake", "review", "advance", "", False),
    ("intake", "approval", "skip", "Fill in first: Amount.", True),
    ("intake", "waiting", "skip", "", True),
    ("intake", "done", "skip", "The template does not allow going from Intake to Done.", True),
    ("review", "intake", "return", "", True),
    ("review", "approval", "advance", "Fill in first: Amount.", False),
    ("review", "waiting", "skip", "", True),
    ("approval", "waiting", "advance", "", False),
    ("approval", "review", "return", "", True),
    ("approval", "done", "advance", "Fill in first: Amount.", True),
    ("waiting", "done", "advance", "Fill in first: Amount.", False),
    ("waiting", "approval", "return", "", True),
    ("done", "intake", "return", "", True),
    ("archive", "done", "return", "", True),
]


@pytest.mark.parametrize(("start", "to", "kind", "why_not", "needs_reason"), TABLE)
def test_every_move_has_a_kind_and_what_stands_in_its_way(start, to, kind, why_not, needs_reason):
    move = moves(start)[to]
    assert (move.kind, move.why_not, move.needs_reason) == (kind, why_not, needs_reason)
    assert move.is_allowed == (not why_not)


def test_what_is_filled_in_stands_in_nobodys_way():
    assert moves("review", amount={"amount": "1.00", "currency": "EUR"})["approval"].is_allowed


def test_missing_fields_are_named_only_where_nothing_else_stands_in_the_way():
    assert [field.key for field in moves("review")["approval"].missing] == ["amount"]
    assert moves("intake")["done"].missing == ()
    assert moves("review", status="on_hold")["approval"].missing == ()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("on_hold", "The case is on hold. Resume it first."),
        ("closed", "The case is closed. Reopen it first."),
        ("cancelled", "The case is cancelled. Reopen it first."),
    ],
)
def test_a_case_that_does_not_run_goes_nowhere(status, sentence):
    assert {move.why_not for move in moves(status=status).values()} == {sentence}


def test_stages_come_in_the_templates_order_without_this_one_and_retired_ones():
    assert list(moves("review")) == ["intake", "approval", "waiting", "done"]


def test_a_case_in_a_stage_the_template_forgot_can_still_go_anywhere():
    assert all(move.kind == "advance" for move in moves("forgotten").values())


def test_a_stage_nobody_knows_gets_no_judgement():
    assert judge_move(ONBOARDING, Standing("open", "intake", {}), "nowhere") is None


def test_staying_and_retired_stages_are_refused_by_name():
    standing = Standing("open", "intake", {})
    assert judge_move(ONBOARDING, standing, "intake").why_not == "The case is in Intake already."
    assert "Archive is retired" in judge_move(ONBOARDING, standing, "archive").why_not


KEYS = ("a", "b", "c", "d", "e")
PAIRS = list(itertools.permutations(KEYS, 2))


@st.composite
def definitions(draw):
    """Any small template: stages on and off the path, some retired, moves forbidden or to be explained."""
    stages = tuple(
        Stage(key, key.upper(), category="done" if key == "e" else "open",
              on_path=draw(st.booleans()), is_retired=key != "a" and draw(st.integers(0, 4)) == 0)
        for key in KEYS
    )  # fmt: skip
    fields = tuple(
        Field(
            key,
            key,
            "text",
            required_from=draw(st.sampled_from((None, *KEYS))),
            is_retired=draw(st.booleans()),
        )
        for key in ("x", "y")
    )
    return Definition(
        name="Any",
        number_pattern="A-{number}",
        stages=stages,
        fields=fields,
        forbidden_moves=frozenset(draw(st.lists(st.sampled_from(PAIRS), max_size=6))),
        reason_kinds=frozenset(draw(st.lists(st.sampled_from(REASON_KINDS), max_size=3))),
        reason_moves=frozenset(draw(st.lists(st.sampled_from(PAIRS), max_size=3))),
    )


standings = st.builds(
    Standing,
    st.sampled_from(("open", "open", "open", "on_hold", "closed", "cancelled")),
    st.sampled_from(KEYS),
    st.dictionaries(st.sampled_from(("x", "y")), st.just("given")),
)


@given(definitions(), standings)
@settings(max_examples=300, deadline=None)
def test_whatever_the_template_every_stage_in_use_is_judged_and_the_reasons_hold(definition, standing):
    answers = possible_moves(definition, standing)
    assert [move.stage.key for move in answers] == [
        stage.key for stage in definition.active_stages if stage.key != standing.stage
    ]
    for move in answers:
        if move.is_allowed:
            assert standing.status == "open"
            assert definition.allows_move(standing.stage, move.stage.key)
        if move.kind == "return":
            assert move.missing == ()
        assert move == judge_move(definition, standing, move.stage.key)


@pytest.mark.parametrize("reason", ["", "because"])
def test_the_act_moves_exactly_where_the_answer_says_it_can(office, reason):
    by = office.by.actor

    @given(definitions(), standings)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(definition, standing):
        office.publish(definition, "any")
        office.publish(Definition(name="Start", number_pattern="A-{number}", stages=definition.stages), "any")
        case = office.open(template="any", stage=None)
        office.publish(definition, "any")
        with office.cast.scope:
            Case.objects.filter(id=case.id).update(
                stage=standing.stage, data=dict(standing.data), status=standing.status
            )
        for to in KEYS:
            judged = judge_move(definition, standing, to)
            can = judged.is_allowed and (bool(reason) or not judged.needs_reason)
            if can:
                assert move_case(by=by, case_id=case.id, to=to, reason=reason).stage == to
                break
            with pytest.raises(Refused):
                move_case(by=by, case_id=case.id, to=to, reason=reason)

    agree()
