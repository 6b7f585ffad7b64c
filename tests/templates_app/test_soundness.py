from copy import deepcopy

import pytest
from hypothesis import given

from templates_app.gallery import gallery
from templates_app.parse import parse
from templates_app.soundness import is_sound, problems
from tests.templates_app.definitions import PURCHASE, definitions


def with_changes(**more):
    return parse({**deepcopy(PURCHASE), **more})


def stage(key, **more):
    return {"key": key, "name": key.title(), **more}


def choice(*options, **more):
    return [{"key": "x", "name": "X", "kind": "choice", "options": list(options), **more}]


def test_a_sound_process_has_no_problems():
    assert problems(parse(PURCHASE)) == ()


@pytest.mark.parametrize(
    ("more", "path", "severity", "message"),
    [
        ({"stages": [], "fields": []}, "stages", "error", "There is no stage"),
        ({"stages": [stage("a", is_retired=True)], "fields": []}, "stages", "error", "There is no stage"),
        ({"stages": [stage("a"), stage("b")], "fields": []},
         "stages", "error", "No stage says that work is done"),
        ({"stages": [stage("a"), stage("b", name="A"), stage("c", category="done")], "fields": []},
         "stages", "error", "2 stages are called “A”"),
        ({"stages": [stage("a"), stage("b", name="a"), stage("c", category="done")], "fields": []},
         "stages", "warning", "small and capital letters"),
        ({"stages": [stage("a", on_path=False), stage("b", on_path=False, category="done")], "fields": []},
         "stages", "warning", "expected path"),
        ({"stages": [stage("a", category="done"), stage("b", category="done")], "fields": []},
         "stages.a", "warning", "counts as done"),
        ({"stages": [stage("a"), stage("b", category="done"), stage("c")], "fields": []},
         "stages.c", "warning", "path ends"),
        ({"forbidden_moves": [["intake", "review"], ["intake", "paid"]]}, "stages.intake", "error", "stuck"),
        ({"forbidden_moves": [["intake", "review"], ["intake", "paid"]]},
         "forbidden_moves", "error", "reached"),
        ({"forbidden_moves": [["intake", "review"], ["paid", "review"]]},
         "stages.review", "warning", "reached from"),
        ({"forbidden_moves": [["paid", "review"], ["paid", "intake"]]},
         "stages.paid", "warning", "by mistake"),
        ({"stages": [stage("a", is_retired=True), stage("b"), stage("c", category="done")],
          "fields": [{"key": "x", "name": "X", "kind": "text", "required_from": "a"}]},
         "fields.x", "error", "retired"),
        ({"fields": [{"key": k, "name": "Same", "kind": "text"} for k in ("x", "y")]},
         "fields", "error", "2 fields"),
        ({"fields": choice()}, "fields.x", "error", "nothing to choose"),
        ({"fields": choice({"key": "o", "name": "O", "is_retired": True})},
         "fields.x", "error", "nothing to choose"),
        ({"fields": choice({"key": "o", "name": "O"})}, "fields.x", "warning", "one option only"),
        ({"fields": choice({"key": "o", "name": "O"}, {"key": "p", "name": "O"})},
         "fields.x", "error", "“O”"),
        ({"stages": [stage("a"), stage("old", is_retired=True), stage("c", category="done")], "fields": [],
          "forbidden_moves": [["old", "a"], ["old", "c"]]}, "stages.old", "error", "stuck in “Old”"),
        ({"number_pattern": "PO-{year}"}, "number_pattern", "error", "{number}"),
        ({"number_pattern": "{year}-{number}"}, "number_pattern", "warning", "prefix"),
        ({"outcomes": [{"key": "o", "name": "O", "is_retired": True}]}, "outcomes", "warning", "retired"),
        ({"outcomes": [{"key": "o", "name": "O"}, {"key": "p", "name": "O"}]},
         "outcomes", "error", "2 outcomes"),
    ],
)  # fmt: skip
def test_a_problem_is_named_with_its_place_and_its_weight(more, path, severity, message):
    found = problems(with_changes(**more))
    assert any(p.path == path and p.severity == severity and message in p.message for p in found), found
    assert is_sound(with_changes(**more)) == all(p.severity == "warning" for p in found)


def test_a_process_of_one_stage_that_is_done_can_be_published():
    assert is_sound(parse({"name": "Log", "stages": [stage("only", category="done")]}))


def test_errors_come_before_warnings():
    found = problems(with_changes(number_pattern="{year}-{number}", fields=choice()))
    assert [problem.severity for problem in found] == ["error", "warning"]


def test_the_gallery_is_sound_without_a_single_warning():
    assert list(gallery()) == ["client-onboarding", "complaint-handling"]
    for file in gallery().values():
        assert problems(file.definition) == ()


@given(definitions())
def test_every_definition_can_be_judged(definition):
    for problem in problems(definition):
        assert problem.message.endswith(".")
        assert problem.path
