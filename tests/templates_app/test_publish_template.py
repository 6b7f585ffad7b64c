import pytest
from django.db import ProgrammingError, connection, transaction

from casefy.errors import Conflict, Forbidden, Invalid
from templates_app.actions.creating import create_template, describe_template
from templates_app.actions.fields import add_field, retire_field
from templates_app.actions.publishing import publish_template, restore_template, retire_template
from templates_app.actions.rules import set_number_pattern
from templates_app.actions.stages import add_stage
from templates_app.catalogue import catalogue
from templates_app.models import FieldIdentity, StageIdentity
from tests.acting import acts, refused


def current(workshop, template):
    with workshop.cast.scope:
        return catalogue(workshop.by.organization_id, workshop.by.revision).template(template.id)


def test_a_published_template_is_in_force_at_once(workshop):
    template = workshop.draft()
    with acts(template, says=["template.published"]) as acted:
        publish_template(by=workshop.by, template_id=template.id, note=" First one ")
    row = workshop.row(template)
    assert (row.state, row.published.number, row.draft) == ("published", 1, None)
    assert (acted.event.sentence, acted.event.reason) == ("published version 1", "First one")
    assert acted.event.template_version_id == row.published_id
    assert current(workshop, template).definition.path == ("intake", "review", "paid")


@pytest.mark.parametrize("note", ["x" * 2_001, "a\x00b", "a\ud800b"])
def test_a_note_that_no_event_could_keep_or_nobody_would_read_is_refused(workshop, note):
    template = workshop.draft()
    with refused(template, Invalid) as caught:
        publish_template(by=workshop.by, template_id=template.id, note=note)
    assert list(caught.value.fields) == ["note"]
    assert workshop.row(template).published is None


def test_running_cases_see_a_new_stage_and_field_with_the_next_look(workshop):
    template = workshop.published()
    before = current(workshop, template)
    add_stage(by=workshop.by, template_id=template.id, name="Approval")
    add_field(by=workshop.by, template_id=template.id, name="Budget", kind="money")
    assert current(workshop, template) == before
    publish_template(by=workshop.by, template_id=template.id)
    after = current(workshop, template)
    assert after.version_number == 2
    assert after.definition.stage("approval")
    assert "budget" in after.field_ids
    assert after.field_ids["vendor"] == before.field_ids["vendor"]


def test_stages_and_fields_get_one_identity_for_ever(workshop):
    template = workshop.published()
    retire_field(by=workshop.by, template_id=template.id, field="vendor")
    publish_template(by=workshop.by, template_id=template.id)
    with workshop.cast.scope:
        stages = StageIdentity.objects.filter(template=template).values_list("key", flat=True)
        fields = FieldIdentity.objects.filter(template=template).values_list("key", "kind")
        assert sorted(stages) == ["intake", "paid", "review"]
        assert sorted(fields) == [("amount", "money"), ("risk", "choice"), ("vendor", "text")]


def test_a_draft_with_problems_is_not_published_and_says_where(workshop):
    template = workshop.draft(fields=[{"key": "x", "name": "X", "kind": "choice"}], number_pattern="X")
    with refused(template, Invalid, match="cannot be published yet") as caught:
        publish_template(by=workshop.by, template_id=template.id)
    assert set(caught.value.fields) == {"fields.x", "number_pattern"}


def test_two_templates_never_give_the_same_number(workshop):
    workshop.published()
    other = create_template(by=workshop.by, name="Post office")
    with refused(other, Invalid, match="same as those of “Purchase”"):
        publish_template(by=workshop.by, template_id=other.id)
    set_number_pattern(by=workshop.by, template_id=other.id, pattern="POST-{year}-{number}")
    assert publish_template(by=workshop.by, template_id=other.id).state == "published"


def test_a_template_does_not_repeat_numbers_of_its_own_past(workshop):
    template = workshop.published(number_pattern="P-{year}{number}")
    set_number_pattern(by=workshop.by, template_id=template.id, pattern="P-{number}")
    with refused(template, Invalid, match="earlier version"):
        publish_template(by=workshop.by, template_id=template.id)


def test_nothing_to_publish_is_said(workshop):
    template = workshop.published()
    with refused(template, Conflict, match="no changes"):
        publish_template(by=workshop.by, template_id=template.id)


def test_the_event_tells_what_changed(workshop):
    template = workshop.published()
    describe_template(by=workshop.by, template_id=template.id, name="Buying")
    add_stage(by=workshop.by, template_id=template.id, name="Approval")
    with acts(template, says=["template.published"]) as acted:
        publish_template(by=workshop.by, template_id=template.id)
    assert acted.event.fact["changes"] == ["The stage “Approval” is new."]
    assert acted.event.fact["definition"]["name"] == "Buying"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE templates_app_templateversion SET definition = '{}' WHERE published_at IS NOT NULL",
        "UPDATE templates_app_templateversion SET published_at = NULL WHERE published_at IS NOT NULL",
        "DELETE FROM templates_app_templateversion WHERE published_at IS NOT NULL",
        "UPDATE templates_app_fieldidentity SET kind = 'integer'",
        "DELETE FROM templates_app_stageidentity",
    ],
)
def test_the_database_keeps_what_was_published(workshop, statement):
    workshop.published()
    with workshop.cast.scope, pytest.raises(ProgrammingError, match="stays as it is"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_retired_template_takes_no_new_cases_until_it_is_restored(workshop):
    template = workshop.published()
    with acts(template, says=["template.retired"]):
        retire_template(by=workshop.by, template_id=template.id)
    assert not current(workshop, template).takes_new_cases
    with refused(template, Conflict, match="already"):
        retire_template(by=workshop.by, template_id=template.id)
    add_stage(by=workshop.by, template_id=template.id, name="Approval")
    with refused(template, Conflict, match="into use again first"):
        publish_template(by=workshop.by, template_id=template.id)
    with acts(template, says=["template.restored"]):
        restore_template(by=workshop.by, template_id=template.id)
    assert current(workshop, template).takes_new_cases
    with refused(template, Conflict, match="in use already"):
        restore_template(by=workshop.by, template_id=template.id)


def test_a_draft_retired_and_restored_is_a_draft_again(workshop):
    template = workshop.draft()
    retire_template(by=workshop.by, template_id=template.id)
    assert restore_template(by=workshop.by, template_id=template.id).state == "draft"


@pytest.mark.parametrize("act", [publish_template, retire_template, restore_template])
def test_every_act_asks_who_it_is_and_what_they_saw(workshop, act):
    template = workshop.draft()
    with refused(template, Forbidden, match="Designer"):
        act(by=workshop.cast.colleague.actor, template_id=template.id)
    with refused(template, Conflict, match="in the meantime"):
        act(by=workshop.by, template_id=template.id, expected_version=7)
    workshop.keeps_others_out(template, lambda by: act(by=by, template_id=template.id))
