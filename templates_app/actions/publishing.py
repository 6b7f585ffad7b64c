"""Acts that put a template into force and take it out of use."""

from dataclasses import replace
from uuid import UUID

from django.utils.timezone import now

from casefy.errors import Conflict, Invalid
from templates_app.definition import Definition
from templates_app.diff import changes
from templates_app.drafting import Draft, reconfiguring
from templates_app.editing.carrying import left_out
from templates_app.editing.lists import help_of
from templates_app.events import TemplatePublished, TemplateRestored, TemplateRetired
from templates_app.models import FieldIdentity, StageIdentity, Template
from templates_app.queries import all_problems
from templates_app.serialize import to_json
from tenants.actor import Actor


def publish_template(
    *, by: Actor, template_id: UUID, note: str = "", expected_version: int | None = None
) -> Template:
    """Put the draft into force: new cases start by it and running cases follow it from the next look on.

    Raises Conflict when there is no draft or the template is retired, Invalid while the draft has problems
    (`fields` maps their places to what to do) and for a `note` that is too long. The note is told as the reason.
    """
    with reconfiguring(template_id, by=by, expected_version=expected_version) as held:
        held.require("template.publish")
        template, draft = held.template, held.template.draft
        if template.state == "retired":
            raise Conflict("This template is retired. Take it into use again first.", code="retired")
        if draft is None:
            raise Conflict("There are no changes to publish.", code="no_draft")
        why = help_of(note, "note")
        definition = replace(held.definition, name=template.name)
        _judge(held, definition)
        told = [change.sentence for change in changes(_comparable(held), definition)]
        draft.definition, draft.published_at = to_json(definition), now()
        draft.save(update_fields=["definition", "published_at"])
        _identify(template, definition, draft.number)
        template.published, template.draft, template.state = draft, None, "published"
        fact = TemplatePublished(
            number=draft.number, template_version=str(draft.id), changes=told, definition=draft.definition
        )
        held.tell(fact, changed=["published", "draft", "state"], reason=why)
    return template


def _comparable(held: Draft) -> Definition | None:
    # A rename is told when it happens (template.described), not again when a version is published.
    return replace(held.published, name=held.template.name) if held.published else None


def _judge(held: Draft, definition: Definition) -> None:
    errors = [p for p in all_problems(held.template, definition) if p.severity == "error"]
    if errors:
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise Invalid(
            f"The draft cannot be published yet. {errors[0].message}{more}",
            code="unsound",
            fields={problem.path: problem.message for problem in reversed(errors)},
        )
    gone = left_out(held.published, definition) if held.published else []
    if gone:
        names = ", ".join(f"“{item.name}”" for item in gone)
        raise Conflict(
            f"Cases may rely on {names}: retire them instead of leaving them out.", code="was_published"
        )


def _identify(template: Template, definition: Definition, number: int) -> None:
    """Make the identities of stages and fields that are published for the first time."""
    organization_id = template.organization_id
    known = set(StageIdentity.objects.filter(template=template).values_list("key", flat=True))
    StageIdentity.objects.bulk_create(
        StageIdentity(organization_id=organization_id, template=template, key=stage.key)
        for stage in definition.stages
        if stage.key not in known
    )
    kinds = dict(FieldIdentity.objects.filter(template=template).values_list("key", "kind"))
    wrong = [f for f in definition.fields if kinds.get(f.key, f.kind) != f.kind]
    if wrong:
        raise Conflict(f"“{wrong[0].name}” was published as another kind.", code="kind_is_fixed")
    FieldIdentity.objects.bulk_create(
        FieldIdentity(
            organization_id=organization_id, template=template, key=field.key, kind=field.kind, since=number
        )
        for field in definition.fields
        if field.key not in kinds
    )


def retire_template(*, by: Actor, template_id: UUID, expected_version: int | None = None) -> Template:
    """Open no new cases any more; running cases go on. Raises Conflict when it is retired already."""
    with reconfiguring(template_id, by=by, expected_version=expected_version) as held:
        held.require("template.publish")
        template = held.template
        if template.state == "retired":
            raise Conflict("This template is retired already.", code="retired")
        fact = TemplateRetired(name=template.name, was=template.state)
        template.state = "retired"
        held.tell(fact, changed=["state"])
    return template


def restore_template(*, by: Actor, template_id: UUID, expected_version: int | None = None) -> Template:
    """Take a retired template into use again, as it was. Raises Conflict when it is not retired."""
    with reconfiguring(template_id, by=by, expected_version=expected_version) as held:
        held.require("template.publish")
        template = held.template
        if template.state != "retired":
            raise Conflict("This template is in use already.", code="not_retired")
        template.state = "published" if template.published_id else "draft"
        fact = TemplateRestored(name=template.name, state=template.state)
        held.tell(fact, changed=["state"])
    return template
