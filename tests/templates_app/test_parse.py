import time
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.definition import FIELD_KINDS
from templates_app.parse import parse
from templates_app.reading import Unreadable
from templates_app.serialize import to_json
from tests.templates_app.definitions import PURCHASE, definitions


def changed(**more):
    return {**deepcopy(PURCHASE), **more}


def faults_of(document):
    with pytest.raises(Unreadable) as refused:
        parse(document)
    return [str(fault) for fault in refused.value.faults]


def test_a_document_becomes_a_definition():
    definition = parse(PURCHASE)
    assert definition.path == ("intake", "review", "paid")
    assert definition.field("amount").currency == "EUR"
    assert definition.field("risk").option("high").color == "red"
    assert definition.stage("paid").is_done


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"stages": [{"key": "a", "name": "A", "category": "finished"}]},
         "stages[0].category: choose open, waiting or done"),
        ({"stages": [{"key": "a", "name": "A", "colour": "red"}]},
         "stages[0].colour: is not known here; did you mean color?"),
        ({"stages": [{"key": "a", "name": "A", "color": "crimson"}]}, "stages[0].color: choose slate"),
        ({"stages": [{"key": "A b", "name": "A"}]}, "stages[0].key: start with a small letter"),
        ({"stages": [{"key": "a"}]}, "stages[0].name: is missing"),
        ({"stages": [{"key": "a", "name": " "}]}, "stages[0].name: must not be blank"),
        ({"stages": [{"key": "a", "name": 5}]}, "stages[0].name: must be text"),
        ({"stages": [{"key": "a", "name": "x\x00"}]}, "stages[0].name: holds a character"),
        ({"stages": [{"key": "a", "name": "A", "on_path": "yes"}]},
         "stages[0].on_path: choose true or false"),
        ({"stages": [{"key": "a", "name": "A"}] * 2}, "stages[1].key: a is used twice"),
        ({"stages": {"a": 1}}, "stages: must be a list"),
        ({"stages": [[]]}, "stages[0]: must be a group"),
        ({"stages": [{"key": f"s{at}", "name": "A"} for at in range(501)]}, "stages: has 501 entries"),
        ({"fields": [{"key": "x", "name": "X", "kind": "number"}]}, "fields[0].kind: choose text, long_text"),
        ({"fields": [{"key": "x", "name": "X", "kind": "text", "options": [{"key": "o", "name": "O"}]}]},
         "fields[0].options: belong to a choice"),
        ({"fields": [{"key": "x", "name": "X", "kind": "text", "required_from": "nowhere"}]},
         "fields[0].required_from: give the key of one of the stages"),
        ({"fields": [{"key": "x", "name": "X", "kind": "text", "required_from": []}]},
         "fields[0].required_from"),
        ({"fields": [{"key": "x", "name": "X", "kind": "text", "currency": "EUR"}]}, "fields[0].currency"),
        ({"fields": [{"key": "x", "name": "X", "kind": "money", "currency": ["EUR"]}]}, "fields[0].currency"),
        ({"fields": [{"key": "x", "name": "X", "kind": "choice", "options": [{"key": "o", "name": ""}]}]},
         "fields[0].options[0].name: must not be blank"),
        ({"forbidden_moves": [["paid", "gone"]]}, "forbidden_moves[0]: there is no stage with the key gone"),
        ({"forbidden_moves": [["paid", "paid"]]}, "forbidden_moves[0]: name two different stages"),
        ({"forbidden_moves": ["paid"]}, "forbidden_moves[0]: give two stages"),
        ({"reasons": {"kinds": ["advancing"]}}, "reasons.kinds[0]: choose return, skip"),
        ({"reasons": {"why": 1}}, "reasons.why: is not known here"),
        ({"schema": 2}, "schema: must be 1"),
        ({"colour": "red"}, "colour: is not known here"),
        ({"name": None}, "name: is missing"),
        ({"name": "x" * 121}, "name: has 121 characters; keep it to 120"),
    ],
)  # fmt: skip
def test_a_fault_carries_its_path_and_the_remedy(more, fault):
    assert any(found.startswith(fault) for found in faults_of(changed(**more))), faults_of(changed(**more))


def test_every_fault_is_named_at_once():
    faults = faults_of(changed(name="", stages=[{"key": "a", "name": "A", "category": "x"}, 7]))
    assert {fault.split(":")[0] for fault in faults} >= {"name", "stages[0].category", "stages[1]"}


def test_a_flood_of_faults_ends():
    assert len(faults_of(changed(stages=[7] * 500))) == 50


@pytest.mark.parametrize("document", [None, [], "text", 5, {}])
def test_what_is_no_document_at_all_is_refused(document):
    assert faults_of(document)


@given(definitions())
def test_a_definition_survives_being_written_down(definition):
    assert parse(to_json(definition)) == definition


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["key", "name", "kind", "options", "stages", "fields", "moves", "x"]), inner
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from([*PURCHASE, "reasons", "outcomes", "forbidden_moves"]), ANYTHING)
def test_whatever_is_sent_is_read_or_refused(name, value):
    try:
        definition = parse(changed(**{name: value}))
    except Unreadable as refused:
        assert refused.faults  # noqa: PT017
    else:
        assert parse(to_json(definition)) == definition


def test_thirty_fields_are_parsed_within_two_milliseconds():
    fields = [{"key": f"f{at}", "name": f"Field {at}", "kind": FIELD_KINDS[at % 8]} for at in range(30)]
    document = changed(fields=fields)
    fastest = min(_seconds(document) for _ in range(20))
    assert fastest < 0.002


def _seconds(document):
    start = time.perf_counter()
    parse(document)
    return time.perf_counter() - start
