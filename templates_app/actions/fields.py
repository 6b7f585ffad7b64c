"""Acts on the fields of a draft."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from templates_app import events
from templates_app.diff import summary_of
from templates_app.drafting import drafting
from templates_app.editing import fields as edits
from templates_app.models import Template
from templates_app.values import KINDS
from tenants.actor import Actor

Options = Sequence[Mapping[str, Any]]


def add_field(
    *, by: Actor, template_id: UUID, name: str, kind: str, help: str = "",  # noqa: A002
    required_from: str | None = None, options: Options = (), is_personal: bool = False,
    currency: str | None = None, unit: str = "", expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Add a field to the draft. `options` are `{"name", "color"}` of a choice; `required_from` a stage's key.

    Raises Invalid for a name that is empty or in use, an unknown kind, stage or currency.
    """
    changes = {
        "help": help, "required_from": required_from, "options": options, "is_personal": is_personal,
        "currency": currency, "unit": unit,
    }  # fmt: skip
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new, field = edits.with_field(draft.definition, name, kind, changes)
        kind_name = KINDS[field.kind].label.lower()
        draft.put(new, events.FieldAdded, field=field.key, name=field.name, kind=kind_name)
    return draft.template


def change_field(
    *, by: Actor, template_id: UUID, field: str, changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Change name, kind, help, required_from, options, is_personal, currency or unit of a field.

    `options` is the whole list; published ones left out, and those with `is_retired`, are retired.
    Raises Conflict for another kind once the field was published.
    """
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        published = draft.published.field(field) if draft.published else None
        before = draft.definition.field(field)
        new, changed = edits.with_changed_field(draft.definition, field, changes, published)
        name = before.name if before else changed.name
        summary = summary_of(draft.definition, new)
        draft.put(new, events.FieldChanged, field=field, name=name, summary=summary)
    return draft.template


def reorder_fields(
    *, by: Actor, template_id: UUID, order: Sequence[str], expected_version: int | None = None
) -> Template:
    """Put the fields in the order of the keys given; each field in use once. Raises Invalid otherwise."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.FIELDS.ordered(draft.definition, order)
        names = ", ".join(field.name for field in new.active_fields)
        draft.put(new, events.FieldsReordered, order=names)
    return draft.template


def retire_field(
    *, by: Actor, template_id: UUID, field: str, expected_version: int | None = None
) -> Template:
    """Ask nobody for a field any more; values stay with their cases. Raises Conflict when it is retired."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.FIELDS.retired(draft.definition, field), events.FieldRetired)
    return draft.template


def restore_field(
    *, by: Actor, template_id: UUID, field: str, expected_version: int | None = None
) -> Template:
    """Take a retired field into use again. Raises Conflict when it is not retired."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.with_field_restored(draft.definition, field), events.FieldRestored)
    return draft.template


def remove_field(
    *, by: Actor, template_id: UUID, field: str, expected_version: int | None = None
) -> Template:
    """Take a field that was never published out of the draft. Raises Conflict for one that was."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.FIELDS.without(draft.definition, draft.published, field), events.FieldRemoved)
    return draft.template
