"""Acts on a draft as a whole."""

from dataclasses import replace
from uuid import UUID

from casefy.errors import Conflict
from templates_app.diff import summary_of
from templates_app.drafting import drafting
from templates_app.editing.carrying import carried_over
from templates_app.events import DraftDiscarded, DraftReplaced
from templates_app.models import Template, TemplateVersion
from templates_app.starting import read_file
from tenants.actor import Actor


def replace_draft(
    *, by: Actor, template_id: UUID, yaml: str, expected_version: int | None = None
) -> Template:
    """Take the draft over from a YAML file. What was published and is not in the file is retired.

    Raises Invalid for a file that cannot be read (`fields` has `yaml`), or that gives a published field
    another kind.
    """
    file = read_file(yaml)
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = replace(carried_over(draft.published, file.definition), name=draft.definition.name)
        draft.put(new, DraftReplaced, summary=summary_of(draft.definition, new))
    return draft.template


def discard_draft(*, by: Actor, template_id: UUID, expected_version: int | None = None) -> Template:
    """Throw the edits since the last publication away. Raises Conflict without a draft or a publication."""
    with drafting(template_id, by=by, expected_version=expected_version) as held:
        held.require("template.edit")
        template, draft = held.template, held.template.draft
        if draft is None:
            raise Conflict("There is no draft to discard.", code="no_draft")
        if template.published_id is None:
            sentence = (
                "This template was never published: its draft is all there is. Retire the template instead."
            )
            raise Conflict(sentence, code="never_published")
        template.draft = None
        fact = DraftDiscarded(number=draft.number, definition=draft.definition)
        held.tell(fact, changed=["draft"])
        TemplateVersion.objects.filter(id=draft.id, published_at=None).delete()
    return template
