import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from templates_app.actions import rules
from tests.acting import acts, refused


def test_a_move_is_forbidden_and_allowed_again(workshop):
    template = workshop.draft()
    move = {"from_stage": "paid", "to_stage": "intake"}
    with acts(template, says=["template.move_forbidden"]) as acted:
        rules.forbid_move(by=workshop.by, template_id=template.id, **move)
    assert acted.event.sentence == "forbade moving from Paid to Intake"
    assert not workshop.definition(template).allows_move("paid", "intake")
    with refused(template, Conflict, match="already"):
        rules.forbid_move(by=workshop.by, template_id=template.id, **move)
    with acts(template, says=["template.move_allowed"]):
        rules.allow_move(by=workshop.by, template_id=template.id, **move)
    with refused(template, Conflict, match="already"):
        rules.allow_move(by=workshop.by, template_id=template.id, **move)


def test_a_move_is_between_two_stages_of_the_template(workshop):
    template = workshop.draft()
    with refused(template, Missing):
        rules.forbid_move(by=workshop.by, template_id=template.id, from_stage="paid", to_stage="gone")
    with refused(template, Invalid):
        rules.forbid_move(by=workshop.by, template_id=template.id, from_stage="paid", to_stage="paid")


def test_reasons_are_set_for_kinds_and_for_single_moves(workshop):
    template = workshop.draft()
    with acts(template, says=["template.reasons_changed"]) as acted:
        rules.set_reasons(
            by=workshop.by, template_id=template.id, kinds=["return", "hold"], moves=[("intake", "paid")]
        )
    definition = workshop.definition(template)
    assert (definition.reason_kinds, definition.reason_moves) == ({"return", "hold"}, {("intake", "paid")})
    assert "A reason is asked for on every hold" in acted.event.sentence
    rules.set_reasons(by=workshop.by, template_id=template.id, kinds=[])
    definition = workshop.definition(template)
    assert (definition.reason_kinds, definition.reason_moves) == (frozenset(), {("intake", "paid")})
    with refused(template, Invalid):
        rules.set_reasons(by=workshop.by, template_id=template.id, kinds=["sneeze"])


def test_another_number_pattern_is_for_new_cases(workshop):
    template = workshop.draft()
    with acts(template, says=["template.numbering_changed"]) as acted:
        rules.set_number_pattern(by=workshop.by, template_id=template.id, pattern=" B-{number:03} ")
    assert workshop.definition(template).number_pattern == "B-{number:03}"
    assert acted.event.sentence == "changed the number pattern from PO-{year}-{number:05} to B-{number:03}"
    with refused(template, Invalid, match="Add {number}") as caught:
        rules.set_number_pattern(by=workshop.by, template_id=template.id, pattern="B-{year}")
    assert "pattern" in caught.value.fields


def test_outcomes_are_edited_as_a_list_and_published_ones_are_retired(workshop):
    template = workshop.published(outcomes=[{"key": "won", "name": "Won", "color": "green"}])
    with acts(template, says=["template.outcomes_changed"]) as acted:
        rules.set_outcomes(
            by=workshop.by, template_id=template.id, outcomes=[{"name": "Lost", "color": "red"}]
        )
    outcomes = workshop.definition(template).outcomes
    assert [(o.key, o.color, o.is_retired) for o in outcomes] == [
        ("lost", "red", False),
        ("won", "green", True),
    ]
    assert acted.event.sentence.startswith("changed the outcomes: The outcome “Lost” is new")


ACTS = {
    "forbid_move": {"from_stage": "paid", "to_stage": "intake"},
    "allow_move": {"from_stage": "paid", "to_stage": "intake"},
    "set_reasons": {"kinds": ["skip"]},
    "set_number_pattern": {"pattern": "X-{number}"},
    "set_outcomes": {"outcomes": [{"name": "Won"}]},
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_asks_who_it_is_and_what_they_saw(workshop, name):
    template = workshop.draft()

    def act(by, **more):
        return getattr(rules, name)(by=by, template_id=template.id, **ACTS[name], **more)

    with refused(template, Forbidden, match="Designer"):
        act(workshop.cast.colleague.actor)
    with refused(template, Conflict, match="in the meantime"):
        act(workshop.by, expected_version=7)
    workshop.keeps_others_out(template, act)
