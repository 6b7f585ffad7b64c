import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.definition import COLORS
from templates_app.gallery import gallery
from templates_app.parse import parse
from templates_app.reading import Unreadable
from templates_app.yaml_format import TemplateFile, from_yaml, to_yaml
from tests.templates_app.definitions import ANY_NAME, PURCHASE, definitions

SHORT = """
name: Purchase
number_pattern: PO-{number:05}
stages:
  - Intake
  - name: Review
  - {name: Paid, category: done}
fields:
  - name: Risk
    kind: choice
    required_from: Review
    options: [No, 2026, High]
forbidden_moves:
  - [Paid, intake]
"""


def faults_of(text):
    with pytest.raises(Unreadable) as refused:
        from_yaml(text)
    return [str(fault) for fault in refused.value.faults]


@given(definitions(), ANY_NAME, st.sampled_from(COLORS))
def test_a_file_is_read_back_as_it_was_written(definition, description, color):
    file = TemplateFile(definition, description, "workflow", color)
    assert from_yaml(to_yaml(file)) == file


def test_keys_may_be_left_out_and_stages_named_by_name():
    definition = from_yaml(SHORT).definition
    assert [stage.key for stage in definition.stages] == ["intake", "review", "paid"]
    assert definition.field("risk").required_from == "review"
    assert [option.name for option in definition.field("risk").options] == ["No", "2026", "High"]
    assert definition.forbidden_moves == {("paid", "intake")}


def test_a_key_is_believed_before_a_name():
    text = "name: X\nstages:\n  - {key: a, name: b}\n  - {key: b, name: C}\nforbidden_moves: [[b, a]]"
    assert from_yaml(text).definition.forbidden_moves == {("b", "a")}


def test_the_file_is_short_and_meant_for_people():
    text = to_yaml(TemplateFile(parse(PURCHASE)))
    assert "  - key: intake\n    name: Intake\n" in text
    assert "null" not in text
    assert "is_retired" not in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            SHORT.replace("category: done", "category: finished"),
            "line 7, stages[2].category: choose open, waiting",
        ),
        (SHORT.replace("kind: choice", "kind: pick"), "line 10, fields[0].kind: choose text"),
        (
            SHORT.replace("required_from: Review", "required_from: Nowhere"),
            "line 11, fields[0].required_from",
        ),
        (SHORT.replace("[Paid, intake]", "[Paid, gone]"), "line 14, forbidden_moves[0]: there is no stage"),
        (
            SHORT.replace("kind: choice", "kind: choice\n    kind: text"),
            "line 11, fields[0].kind: is given twice",
        ),
        (SHORT + "colour: red", "line 15, colour: is not known here"),
        (SHORT + "color: crimson", "line 15, color: choose slate"),
        ("name: [unclosed", "line 2, This is not YAML"),
        ("name: a\n  name: b", "line 2, This is not YAML"),
        ("a: &x 1\nb: *x", "line 1, Anchors"),
        ("name: !!python/object/apply:os.system [ls]", "line 1, Tags"),
        ("name: *alias", "line 1, Anchors"),
        ("[" * 20 + "]" * 20, "line 1, The file is nested"),
        ("[" * 100_000, "line 1, The file is nested"),
        ("- a\n" * 50_000, "line 39999, The file is nested"),
        ("x" * 300_000, "The file is too large"),
        ("", "The file holds no template"),
        ("just words", "line 1, The file holds no template"),
        ("name: a\x00b", "The file holds characters"),
        ("? [a]\n: b", "line 1, A name must be a single word"),
        ("name: a\n---\nname: b", "line"),
    ],
)
def test_a_fault_carries_line_path_and_remedy(text, fault):
    assert any(found.startswith(fault) for found in faults_of(text)), faults_of(text)


@pytest.mark.parametrize("key", ["client-onboarding", "complaint-handling"])
def test_a_template_of_the_gallery_helps_a_team_from_the_first_day(key):
    file = gallery()[key]
    definition = file.definition
    assert from_yaml(to_yaml(file)) == file
    assert 8 <= len(definition.fields) <= 15
    assert {stage.category for stage in definition.stages} == {"open", "waiting", "done"}
    assert all(stage.help for stage in definition.stages)
    assert sum(bool(field.help) for field in definition.fields) >= 8
    assert len({stage.color for stage in definition.stages}) == len(definition.stages)
    assert definition.outcomes
    assert {"return", "skip"} <= definition.reason_kinds


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        file = from_yaml(text)
    except Unreadable as refused:
        assert refused.faults  # noqa: PT017
    else:
        assert from_yaml(to_yaml(file)) == file
