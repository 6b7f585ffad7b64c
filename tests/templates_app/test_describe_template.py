from casefy.errors import Forbidden, Invalid
from templates_app.actions.creating import create_template, describe_template
from tests.acting import acts, refused


def test_a_new_name_is_seen_at_once_and_the_key_stays(workshop):
    template = workshop.published()
    revision = workshop.by.revision
    with acts(template, says=["template.described"]) as acted:
        describe_template(by=workshop.by, template_id=template.id, name="Buying", color="pink", icon="truck")
    row = workshop.row(template)
    assert (row.name, row.key, row.color, row.icon) == ("Buying", "purchase", "pink", "truck")
    assert acted.event.fact["before"] == {"name": "Purchase", "icon": "workflow", "color": "blue"}
    assert acted.event.sentence == "changed name and icon and color of the template"
    assert workshop.by.revision == revision + 1


def test_saying_the_same_again_is_no_event(workshop):
    template = workshop.draft()
    with acts(template, says=[]):
        describe_template(by=workshop.by, template_id=template.id, name="Purchase")


def test_a_name_in_use_is_refused(workshop):
    template = workshop.draft()
    create_template(by=workshop.by, name="Claims")
    with refused(template, Invalid, match="already"):
        describe_template(by=workshop.by, template_id=template.id, name="claims")


def test_who_may_not_edit_cannot_and_a_stranger_finds_nothing(workshop):
    template = workshop.draft()
    with refused(template, Forbidden):
        describe_template(by=workshop.cast.reader.actor, template_id=template.id, name="X")
    workshop.keeps_others_out(
        template, lambda by: describe_template(by=by, template_id=template.id, name="X")
    )
