from copy import deepcopy

from hypothesis import given

from templates_app.diff import changes
from templates_app.parse import parse
from tests.templates_app.definitions import PURCHASE, definitions


def sentences(edit):
    document = deepcopy(PURCHASE)
    edit(document)
    return [change.sentence for change in changes(parse(PURCHASE), parse(document))]


def test_renaming_a_stage_is_one_sentence():
    assert sentences(lambda d: d["stages"][1].update(name="Check")) == [
        "The stage “Review”: name changes from “Review” to “Check”."
    ]


def test_adding_and_retiring_are_told_apart():
    def edit(document):
        document["stages"].insert(1, {"key": "triage", "name": "Triage"})
        document["fields"][0]["is_retired"] = True

    assert sentences(edit) == ["The stage “Triage” is new.", "The field “Vendor” is retired."]


def test_a_new_order_is_one_change():
    found = sentences(lambda d: d["stages"].reverse())
    assert found == ["The stages stand in a new order: “Paid”, “Review”, “Intake”."]


def test_options_moves_reasons_and_required_stages_are_spoken_with_their_names():
    def edit(document):
        document["fields"][2]["options"].append({"key": "mid", "name": "Medium"})
        document["fields"][1]["required_from"] = "paid"
        document["forbidden_moves"] = [["paid", "intake"]]
        document["reasons"] = {"kinds": ["return"], "moves": [["intake", "paid"]]}
        document["number_pattern"] = "P-{number}"

    assert sentences(edit) == [
        "The number pattern changes from “PO-{year}-{number:05}” to “P-{number}”.",
        "The field “Amount”: required from changes from “Review” to “Paid”.",
        "The “Risk” option “Medium” is new.",
        "Moving from “Paid” to “Intake” is forbidden.",
        "A reason is asked for on every return.",
        "Moving from “Intake” to “Paid” asks for a reason.",
    ]


def test_the_structure_carries_path_before_and_after():
    document = deepcopy(PURCHASE)
    document["fields"][0]["help"] = "The legal name"
    (change,) = changes(parse(PURCHASE), parse(document))
    assert (change.kind, change.path, change.before, change.after) == (
        "changed", "fields.vendor.help", "", "The legal name",
    )  # fmt: skip


def test_a_first_version_is_all_additions():
    assert {change.kind for change in changes(None, parse(PURCHASE))} == {"added"}


@given(definitions())
def test_nothing_changed_means_no_changes(definition):
    assert changes(definition, definition) == ()


@given(definitions(), definitions())
def test_two_different_definitions_always_differ_in_words(one, other):
    assert bool(changes(one, other)) == (one != other)
