import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.definition import Definition, Field, Stage

STAGES = (
    Stage("intake", "Intake"),
    Stage("review", "Review"),
    Stage("rework", "Rework", on_path=False),
    Stage("waiting", "Waiting", category="waiting", on_path=False),
    Stage("old", "Old step", is_retired=True),
    Stage("approval", "Approval"),
    Stage("paid", "Paid", category="done"),
)


def purchase(**more) -> Definition:
    return Definition(name="Purchase", stages=STAGES, **more)


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        ("intake", "review", "advance"),
        ("review", "rework", "advance"),
        ("rework", "approval", "advance"),
        ("review", "approval", "advance"),
        ("intake", "approval", "skip"),
        ("intake", "rework", "skip"),
        ("rework", "paid", "skip"),
        ("old", "approval", "advance"),
        ("old", "paid", "skip"),
        ("paid", "intake", "return"),
        ("waiting", "rework", "return"),
        ("review", "review", "return"),
    ],
)
def test_the_kind_of_a_move_follows_position_and_expected_path(start, end, kind):
    assert purchase().kind_of_move(start, end) == kind


def test_a_move_between_unknown_stages_is_an_error():
    with pytest.raises(KeyError):
        purchase().kind_of_move("intake", "nowhere")


def test_a_case_starts_on_the_expected_path():
    off_path_first = Definition(name="X", stages=(Stage("a", "A", on_path=False), Stage("b", "B")))
    assert off_path_first.first_stage == Stage("b", "B")
    assert Definition(name="X", stages=(Stage("a", "A", on_path=False),)).first_stage.key == "a"
    assert Definition(name="X").first_stage is None
    assert purchase().path == ("intake", "review", "approval", "paid")


def test_moves_are_allowed_unless_forbidden_or_the_target_is_retired():
    definition = purchase(forbidden_moves=frozenset({("paid", "intake")}))
    assert definition.allows_move("intake", "paid")
    assert not definition.allows_move("paid", "intake")
    assert not definition.allows_move("intake", "old")
    assert not definition.allows_move("intake", "intake")
    assert not definition.allows_move("intake", "nowhere")
    assert definition.allows_move("old", "paid")


def test_a_reason_is_needed_for_a_kind_or_for_a_pair():
    definition = purchase(
        reason_kinds=frozenset({"return", "hold"}), reason_moves=frozenset({("intake", "review")})
    )
    assert definition.move_needs_reason("paid", "review")
    assert definition.move_needs_reason("intake", "review")
    assert not definition.move_needs_reason("review", "rework")
    assert definition.needs_reason("hold")
    assert not definition.needs_reason("cancel")


def test_fields_are_required_from_their_stage_on():
    fields = (
        Field("vendor", "Vendor", "text", required_from="intake"),
        Field("amount", "Amount", "money", required_from="approval"),
        Field("gone", "Gone", "text", required_from="intake", is_retired=True),
        Field("notes", "Notes", "long_text"),
        Field("step", "Step", "text", required_from="old"),
    )
    definition = purchase(fields=fields)
    assert [item.key for item in definition.required_fields("intake")] == ["vendor"]
    assert [item.key for item in definition.required_fields("old")] == ["vendor", "step"]
    assert [item.key for item in definition.required_fields("paid")] == ["vendor", "amount", "step"]
    missing = definition.missing_fields("paid", {"vendor": "A", "step": None})
    assert [item.key for item in missing] == ["amount", "step"]


def test_look_ups_find_retired_things_too():
    definition = purchase()
    assert definition.stage("old").is_retired
    assert definition.stage("nowhere") is None
    assert "old" not in [stage.key for stage in definition.active_stages]


@st.composite
def definitions(draw):
    count = draw(st.integers(2, 8))
    return Definition(
        name="Any",
        stages=tuple(
            Stage(f"s{at}", f"Stage {at}", on_path=draw(st.booleans()), is_retired=draw(st.booleans()))
            for at in range(count)
        ),
    )


@given(definitions(), st.data())
def test_a_skip_jumps_over_exactly_the_stages_of_the_path_in_between(definition, data):
    position = st.integers(0, len(definition.stages) - 1)
    start, end = data.draw(position), data.draw(position)
    jumped = [stage for stage in definition.stages[start + 1 : end] if stage.key in definition.path]
    expected = "return" if end <= start else "skip" if jumped else "advance"
    assert definition.kind_of_move(f"s{start}", f"s{end}") == expected
