"""An act on a template that waited for another goes on from what that other left: rights, draft and version."""

import pytest

from templates_app.actions.fields import add_field
from templates_app.actions.publishing import publish_template
from templates_app.actions.stages import add_stage
from templates_app.models import Template
from templates_app.parse import parse
from tenants.actions.members import change_member_role
from tests.races.waiting import waiting_for
from tests.templates_app.kit import Workshop


def now_drafted(workshop, template):
    """The draft as it is in the database."""
    with workshop.cast.scope:
        return parse(Template.objects.select_related("draft").get(id=template.id).draft.definition)


@pytest.mark.parametrize("is_published", [False, True], ids=["of a draft", "after a publication"])
def test_two_edits_at_once_are_both_kept(committed_cast, is_published):
    workshop = Workshop(committed_cast)
    template, by = workshop.published() if is_published else workshop.draft(), workshop.by
    with waiting_for(template) as line:
        edits = [
            line.join(lambda: add_stage(by=by, template_id=template.id, name="Audit")),
            line.join(lambda: add_field(by=by, template_id=template.id, name="Colour", kind="text")),
        ]
    assert [edit.code for edit in edits] == ["", ""]
    draft = now_drafted(workshop, template)
    assert draft.stage("audit")
    assert draft.field("colour")


def test_an_edit_that_waited_for_a_publication_begins_a_new_draft(committed_cast):
    workshop = Workshop(committed_cast)
    template, by = workshop.draft(), workshop.by
    with waiting_for(template) as line:
        published = line.join(lambda: publish_template(by=by, template_id=template.id))
        edited = line.join(lambda: add_stage(by=by, template_id=template.id, name="Audit"))
    assert (published.code, edited.code) == ("", "")
    assert published.returned.published.definition != edited.returned.draft.definition
    assert edited.returned.draft.number == 2
    assert now_drafted(workshop, template).stage("audit")


def test_a_publication_that_waited_for_an_edit_publishes_it(committed_cast):
    workshop = Workshop(committed_cast)
    template, by = workshop.draft(), workshop.by
    with waiting_for(template) as line:
        edited = line.join(lambda: add_stage(by=by, template_id=template.id, name="Audit"))
        published = line.join(lambda: publish_template(by=by, template_id=template.id))
    assert (edited.code, published.code) == ("", "")
    assert parse(published.returned.published.definition).stage("audit")


def test_a_designer_demoted_while_an_edit_waits_edits_nothing(committed_cast):
    workshop = Workshop(committed_cast)
    cast, template, by = workshop.cast, workshop.draft(), workshop.by
    with waiting_for(template) as line:
        edited = line.join(lambda: add_stage(by=by, template_id=template.id, name="Audit"))
        auditor = cast.role("auditor").id
        change_member_role(by=cast.owner.actor, member_id=cast.designer.id, role_id=auditor)
    assert edited.code == "forbidden"
    assert workshop.row(template).version == 1


def test_a_designer_demoted_while_a_publication_waits_publishes_nothing(committed_cast):
    workshop = Workshop(committed_cast)
    cast, template, by = workshop.cast, workshop.draft(), workshop.by
    owner, auditor = cast.owner.actor, cast.role("auditor").id
    with waiting_for(cast.organization) as line:
        demoted = line.join(lambda: change_member_role(by=owner, member_id=cast.designer.id, role_id=auditor))
        published = line.join(lambda: publish_template(by=by, template_id=template.id))
    assert (demoted.code, published.code) == ("", "forbidden")
