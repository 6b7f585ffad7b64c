import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from templates_app.actions import stages
from templates_app.actions.publishing import publish_template
from tests.acting import acts, refused


def keys(workshop, template):
    return [stage.key for stage in workshop.definition(template).stages]


def test_a_stage_is_added_before_the_done_ones(workshop):
    template = workshop.draft()
    by = workshop.by
    with acts(template, says=["template.stage_added"], queries=7) as acted:
        stages.add_stage(by=by, template_id=template.id, name="Approval")
    assert keys(workshop, template) == ["intake", "review", "approval", "paid"]
    assert acted.event.sentence == "added the stage Approval"
    added = workshop.definition(template).stage("approval")
    assert added.color not in {"slate", "blue", "green"}


def test_a_stage_is_added_where_it_is_wanted(workshop):
    template = workshop.draft()
    stages.add_stage(
        by=workshop.by, template_id=template.id, name="Triage", before="review", category="waiting"
    )
    stages.add_stage(by=workshop.by, template_id=template.id, name="Refused", category="done", on_path=False)
    assert keys(workshop, template) == ["intake", "triage", "review", "paid", "refused"]


def test_the_first_edit_of_a_published_template_makes_a_draft_and_the_next_keeps_it(workshop):
    template = workshop.published()
    with acts(template, says=["template.stage_added", "template.stage_added"]):
        stages.add_stage(by=workshop.by, template_id=template.id, name="Approval")
        stages.add_stage(by=workshop.by, template_id=template.id, name="Audit")
    row = workshop.row(template)
    assert (row.published.number, row.draft.number) == (1, 2)
    assert "approval" not in str(row.published.definition)


def test_a_stage_changes_in_every_way_and_keeps_its_key(workshop):
    template = workshop.draft()
    change = {
        "name": "Check",
        "color": "pink",
        "category": "waiting",
        "on_path": False,
        "help": "Look twice.",
    }
    with acts(template, says=["template.stage_changed"]) as acted:
        stages.change_stage(by=workshop.by, template_id=template.id, stage="review", **change)
    changed = workshop.definition(template).stage("review")
    assert {name: getattr(changed, name) for name in change} == change
    assert acted.event.sentence.startswith(
        "changed the stage Review: name from “Review” to “Check”; color from"
    )


def test_changing_nothing_is_no_event(workshop):
    template = workshop.published()
    with acts(template, says=[]):
        stages.change_stage(by=workshop.by, template_id=template.id, stage="review", name="Review")
    assert workshop.row(template).draft is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "intake"}, "name"),
        ({"color": "crimson"}, "color"),
        ({"category": "finished"}, "category"),
        ({"help": "x" * 2001}, "help"),
    ],
)
def test_a_change_that_makes_no_sense_names_the_field(workshop, change, field):
    template = workshop.draft()
    with refused(template, Invalid) as caught:
        stages.change_stage(by=workshop.by, template_id=template.id, stage="review", **change)
    assert list(caught.value.fields) == [field]


def test_stages_are_put_in_another_order(workshop):
    template = workshop.draft()
    with acts(template, says=["template.stages_reordered"]) as acted:
        stages.reorder_stages(by=workshop.by, template_id=template.id, order=["review", "intake", "paid"])
    assert keys(workshop, template) == ["review", "intake", "paid"]
    assert acted.event.sentence == "put the stages in the order Review, Intake, Paid"


@pytest.mark.parametrize(
    "order", [[], ["intake", "review"], ["intake", "review", "paid", "paid"], ["a", "b", "c"]]
)
def test_an_order_names_every_stage_once(workshop, order):
    template = workshop.draft()
    with refused(template, Invalid, match="once"):
        stages.reorder_stages(by=workshop.by, template_id=template.id, order=order)


def test_a_retired_stage_keeps_its_place_behind_its_neighbour(workshop):
    template = workshop.published(fields=[])
    stages.retire_stage(by=workshop.by, template_id=template.id, stage="review")
    stages.reorder_stages(by=workshop.by, template_id=template.id, order=["paid", "intake"])
    assert keys(workshop, template) == ["paid", "intake", "review"]


def test_a_stage_is_retired_and_restored(workshop):
    template = workshop.published(fields=[])
    with acts(template, says=["template.stage_retired"]):
        stages.retire_stage(by=workshop.by, template_id=template.id, stage="review")
    with refused(template, Conflict, match="already"):
        stages.retire_stage(by=workshop.by, template_id=template.id, stage="review")
    assert workshop.definition(template).path == ("intake", "paid")
    with acts(template, says=["template.stage_restored"]):
        stages.restore_stage(by=workshop.by, template_id=template.id, stage="review")
    with refused(template, Conflict, match="in use already"):
        stages.restore_stage(by=workshop.by, template_id=template.id, stage="review")


def test_a_stage_that_fields_are_required_from_stays_until_they_are_changed(workshop):
    template = workshop.draft()
    with refused(template, Conflict, match="“Amount” is required from “Review”"):
        stages.retire_stage(by=workshop.by, template_id=template.id, stage="review")
    with refused(template, Conflict, match="“Amount” is required from “Review”"):
        stages.remove_stage(by=workshop.by, template_id=template.id, stage="review")


def test_a_stage_never_published_is_removed_with_its_moves(workshop):
    template = workshop.draft(fields=[], forbidden_moves=[["paid", "review"], ["paid", "intake"]])
    with acts(template, says=["template.stage_removed"]):
        stages.remove_stage(by=workshop.by, template_id=template.id, stage="review")
    assert keys(workshop, template) == ["intake", "paid"]
    assert workshop.definition(template).forbidden_moves == {("paid", "intake")}


def test_a_published_stage_cannot_be_removed(workshop):
    template = workshop.published(fields=[])
    with refused(template, Conflict, match="Retire it instead"):
        stages.remove_stage(by=workshop.by, template_id=template.id, stage="review")


ACTS = {
    "add_stage": {"name": "New"},
    "change_stage": {"stage": "review", "name": "New"},
    "reorder_stages": {"order": ["paid", "review", "intake"]},
    "retire_stage": {"stage": "intake"},
    "restore_stage": {"stage": "intake"},
    "remove_stage": {"stage": "intake"},
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_asks_who_it_is_and_what_they_saw(workshop, name):
    template = workshop.draft(fields=[])

    def act(by, **more):
        return getattr(stages, name)(by=by, template_id=template.id, **ACTS[name], **more)

    with refused(template, Forbidden, match="Designer"):
        act(workshop.cast.colleague.actor)
    with refused(template, Conflict, match="in the meantime"):
        act(workshop.by, expected_version=7)
    workshop.keeps_others_out(template, act)


def test_a_stage_nobody_has_is_missing(workshop):
    template = workshop.draft()
    for name, more in ACTS.items():
        if "stage" in more:
            with refused(template, Missing):
                getattr(stages, name)(by=workshop.by, template_id=template.id, **{**more, "stage": "nowhere"})


def test_publishing_keeps_what_was_edited(workshop):
    template = workshop.published()
    stages.add_stage(by=workshop.by, template_id=template.id, name="Approval")
    publish_template(by=workshop.by, template_id=template.id)
    assert workshop.row(template).draft is None
    assert "approval" in keys(workshop, template)
