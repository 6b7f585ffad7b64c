from functools import partial

import pytest

from casefy.errors import Conflict, Forbidden, Invalid
from templates_app.actions.drafts import discard_draft, replace_draft
from templates_app.actions.publishing import publish_template
from templates_app.actions.stages import add_stage
from templates_app.models import TemplateVersion
from templates_app.queries import template_file
from templates_app.yaml_format import to_yaml
from tests.acting import acts, refused

FILE = """
name: Something else
number_pattern: Q-{number}
stages: [Intake, {name: Check, key: check}, {name: Paid, category: done}]
fields:
  - {name: Vendor, kind: text, required_from: Check}
  - {name: Risk, kind: choice, options: [High, Extreme]}
"""


def test_discarding_goes_back_to_what_is_in_force(workshop):
    template = workshop.published()
    add_stage(by=workshop.by, template_id=template.id, name="Approval")
    with acts(template, says=["template.draft_discarded"]) as acted:
        discard_draft(by=workshop.by, template_id=template.id)
    assert acted.event.sentence == "discarded the draft of version 2"
    assert workshop.row(template).draft is None
    with workshop.cast.scope:
        assert TemplateVersion.objects.filter(template=template).count() == 1
    with refused(template, Conflict, match="no draft"):
        discard_draft(by=workshop.by, template_id=template.id)
    add_stage(by=workshop.by, template_id=template.id, name="Audit")
    assert publish_template(by=workshop.by, template_id=template.id).published.number == 2


def test_a_draft_that_was_never_published_is_not_thrown_away(workshop):
    template = workshop.draft()
    with refused(template, Conflict, match="never published"):
        discard_draft(by=workshop.by, template_id=template.id)


def test_a_file_replaces_the_draft_and_what_was_published_is_retired_not_lost(workshop):
    template = workshop.published()
    with acts(template, says=["template.draft_replaced"]):
        replace_draft(by=workshop.by, template_id=template.id, yaml=FILE)
    definition = workshop.definition(template)
    assert definition.name == "Purchase"
    assert [(s.key, s.is_retired) for s in definition.stages] == [
        ("intake", False), ("review", True), ("check", False), ("paid", False),
    ]  # fmt: skip
    assert definition.field("amount").is_retired
    risk = {option.key: option.is_retired for option in definition.field("risk").options}
    assert risk == {"low": True, "high": False, "extreme": False}


def test_a_draft_never_published_is_replaced_as_it_stands(workshop):
    template = workshop.draft()
    replace_draft(by=workshop.by, template_id=template.id, yaml=FILE)
    assert [stage.key for stage in workshop.definition(template).stages] == ["intake", "check", "paid"]


def test_a_file_cannot_give_a_published_field_another_kind(workshop):
    template = workshop.published()
    with refused(template, Invalid, match="cannot change its kind") as caught:
        replace_draft(
            by=workshop.by, template_id=template.id, yaml=FILE.replace("kind: text", "kind: integer")
        )
    assert list(caught.value.fields) == ["fields.vendor"]


def test_a_file_that_cannot_be_read_leaves_the_draft_alone(workshop):
    template = workshop.draft()
    with refused(template, Invalid) as caught:
        replace_draft(by=workshop.by, template_id=template.id, yaml="stages: 5")
    assert "line 1, stages: must be a list" in caught.value.fields["yaml"]


def test_a_template_taken_out_and_put_back_is_unchanged(workshop):
    template = workshop.published()
    with workshop.cast.scope:
        text = to_yaml(template_file("purchase"))
    with acts(template, says=[]):
        replace_draft(by=workshop.by, template_id=template.id, yaml=text)


@pytest.mark.parametrize("act", [discard_draft, partial(replace_draft, yaml=FILE)])
def test_every_act_asks_who_it_is_and_what_they_saw(workshop, act):
    template = workshop.draft()
    with refused(template, Forbidden, match="Designer"):
        act(by=workshop.cast.colleague.actor, template_id=template.id)
    with refused(template, Conflict, match="in the meantime"):
        act(by=workshop.by, template_id=template.id, expected_version=7)
    workshop.keeps_others_out(template, lambda by: act(by=by, template_id=template.id))
