import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from templates_app.actions import fields
from templates_app.actions.publishing import publish_template
from templates_app.definition import CHOOSING_KINDS, FIELD_KINDS
from templates_app.serialize import to_json
from tests.acting import acts, refused


def keys(workshop, template):
    return [field.key for field in workshop.definition(template).fields]


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_a_field_of_every_kind_is_added(workshop, kind):
    template = workshop.draft()
    options = [{"name": "A"}, {"name": "B", "color": "red"}] if kind in CHOOSING_KINDS else []
    by = workshop.by
    with acts(template, says=["template.field_added"], queries=7):
        fields.add_field(
            by=by, template_id=template.id, name="Fresh", kind=kind, help="Why it matters",
            required_from="review", options=options, is_personal=True, currency="EUR",
        )  # fmt: skip
    field = workshop.definition(template).field("fresh")
    assert (field.kind, field.help, field.required_from, field.is_personal) == (
        kind,
        "Why it matters",
        "review",
        True,
    )
    assert [option.key for option in field.options] == (["a", "b"] if options else [])
    assert field.currency == ("EUR" if kind == "money" else None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "vendor"}, "name"),
        ({"kind": "number"}, "kind"),
        ({"required_from": "nowhere"}, "required_from"),
        ({"kind": "money", "currency": "XYZ"}, "currency"),
        ({"kind": "choice", "options": [{"name": "A"}, {"name": "a"}]}, "options"),
        ({"kind": "choice", "options": [{"name": ""}]}, "options"),
        ({"unit": "x" * 21}, "unit"),
    ],
)
def test_a_field_that_makes_no_sense_names_what_to_mend(workshop, wrong, field):
    template = workshop.draft()
    with refused(template, Invalid) as caught:
        fields.add_field(
            by=workshop.by, template_id=template.id, **{"name": "Fresh", "kind": "text", **wrong}
        )
    assert list(caught.value.fields) == [field]


def test_a_field_is_renamed_and_keeps_its_key(workshop):
    template = workshop.draft()
    with acts(template, says=["template.field_changed"]) as acted:
        fields.change_field(
            by=workshop.by, template_id=template.id, field="vendor",
            changes={"name": "Supplier", "required_from": None, "unit": ""},
        )  # fmt: skip
    field = workshop.definition(template).field("vendor")
    assert (field.name, field.required_from) == ("Supplier", None)
    assert acted.event.sentence == (
        "changed the field Vendor: name from “Vendor” to “Supplier”; required from from “Intake” to no stage"
    )


def test_options_keep_their_keys_and_published_ones_are_retired(workshop):
    template = workshop.published()
    options = [{"key": "high", "name": "Very high", "color": "red"}, {"name": "Medium"}]
    with acts(template, says=["template.field_changed"]):
        fields.change_field(
            by=workshop.by, template_id=template.id, field="risk", changes={"options": options}
        )
    field = workshop.definition(template).field("risk")
    assert [(o.key, o.name, o.is_retired) for o in field.options] == [
        ("high", "Very high", False), ("medium", "Medium", False), ("low", "Low", True),
    ]  # fmt: skip
    fields.change_field(
        by=workshop.by,
        template_id=template.id,
        field="risk",
        changes={"options": [{"name": "Low"}, {"name": "New"}]},
    )
    field = workshop.definition(template).field("risk")
    assert [(o.key, o.is_retired) for o in field.options] == [("low", False), ("new", False), ("high", True)]


def test_a_list_that_is_sent_back_as_it_was_read_brings_nothing_into_use_again(workshop):
    template = workshop.published()
    change = {"by": workshop.by, "template_id": template.id, "field": "risk"}
    fields.change_field(**change, changes={"options": [{"name": "High"}]})
    read = to_json(workshop.definition(template))["fields"]
    (options,) = (field["options"] for field in read if field["key"] == "risk")
    assert [(each["key"], each.get("is_retired", False)) for each in options] == [
        ("high", False),
        ("low", True),
    ]
    fields.change_field(**change, changes={"options": [*options, {"name": "low"}]})
    options = workshop.definition(template).field("risk").options
    assert [(each.key, each.is_retired) for each in options] == [
        ("high", False),
        ("low", True),
        ("low_2", False),
    ]


def test_the_kind_is_free_until_the_field_is_published(workshop):
    template = workshop.draft()
    fields.change_field(by=workshop.by, template_id=template.id, field="risk", changes={"kind": "text"})
    assert workshop.definition(template).field("risk").options == ()
    publish_template(by=workshop.by, template_id=template.id)
    with refused(template, Conflict, match="its kind stays"):
        fields.change_field(
            by=workshop.by, template_id=template.id, field="risk", changes={"kind": "integer"}
        )


def test_fields_are_put_in_another_order(workshop):
    template = workshop.draft()
    with acts(template, says=["template.fields_reordered"]):
        fields.reorder_fields(by=workshop.by, template_id=template.id, order=["risk", "vendor", "amount"])
    assert keys(workshop, template) == ["risk", "vendor", "amount"]
    with refused(template, Invalid, match="once"):
        fields.reorder_fields(by=workshop.by, template_id=template.id, order=["risk"])


def test_a_published_field_is_retired_and_restored_but_never_removed(workshop):
    template = workshop.published()
    with refused(template, Conflict, match="Retire it instead"):
        fields.remove_field(by=workshop.by, template_id=template.id, field="vendor")
    with acts(template, says=["template.field_retired"]):
        fields.retire_field(by=workshop.by, template_id=template.id, field="vendor")
    with refused(template, Conflict, match="already"):
        fields.retire_field(by=workshop.by, template_id=template.id, field="vendor")
    with acts(template, says=["template.field_restored"]):
        fields.restore_field(by=workshop.by, template_id=template.id, field="vendor")
    with refused(template, Conflict, match="in use already"):
        fields.restore_field(by=workshop.by, template_id=template.id, field="vendor")


def test_a_field_restored_asks_nothing_from_a_stage_that_was_retired_meanwhile(workshop):
    from templates_app.actions.stages import retire_stage

    template = workshop.published()
    fields.retire_field(by=workshop.by, template_id=template.id, field="amount")
    retire_stage(by=workshop.by, template_id=template.id, stage="review")
    fields.restore_field(by=workshop.by, template_id=template.id, field="amount")
    assert workshop.definition(template).field("amount").required_from is None


def test_a_field_never_published_is_removed(workshop):
    template = workshop.draft()
    with acts(template, says=["template.field_removed"]):
        fields.remove_field(by=workshop.by, template_id=template.id, field="risk")
    assert keys(workshop, template) == ["vendor", "amount"]


ACTS = {
    "add_field": {"name": "New", "kind": "text"},
    "change_field": {"field": "vendor", "changes": {"name": "New"}},
    "reorder_fields": {"order": ["risk", "vendor", "amount"]},
    "retire_field": {"field": "vendor"},
    "restore_field": {"field": "vendor"},
    "remove_field": {"field": "vendor"},
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_asks_who_it_is_and_what_they_saw(workshop, name):
    template = workshop.draft()

    def act(by, **more):
        return getattr(fields, name)(by=by, template_id=template.id, **ACTS[name], **more)

    with refused(template, Forbidden, match="Designer"):
        act(workshop.cast.colleague.actor)
    with refused(template, Conflict, match="in the meantime"):
        act(workshop.by, expected_version=7)
    workshop.keeps_others_out(template, act)


def test_a_field_nobody_has_is_missing(workshop):
    template = workshop.draft()
    for name, more in ACTS.items():
        if "field" in more:
            with refused(template, Missing):
                getattr(fields, name)(by=workshop.by, template_id=template.id, **{**more, "field": "nothing"})
