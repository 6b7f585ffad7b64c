"""Edits of fields and their options."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from casefy.errors import Conflict, Invalid
from templates_app.definition import CHOOSING_KINDS, FIELD_KINDS, Definition, Field, Option
from templates_app.editing.list_editor import ListEditor
from templates_app.editing.lists import help_of, not_too_many, one_of, swapped
from templates_app.editing.options import merged_options
from templates_app.keys import make_key
from templates_app.parse import MOST_FIELDS, MOST_OPTIONS
from templates_app.values.currencies import DECIMALS
from tenants.words import clean_name

LONGEST_UNIT = 20
FIELDS: ListEditor[Field] = ListEditor(
    "field", "fields", "Cases may have values here, so this field cannot be removed. Retire it instead."
)


def with_field(
    definition: Definition, name: str, kind: str, changes: Mapping[str, Any]
) -> tuple[Definition, Field]:
    """A new field at the end. `changes` are as for `with_changed_field`."""
    not_too_many(definition.fields, MOST_FIELDS, "field")
    field = Field(
        key=make_key(name, {field.key for field in definition.fields}, "field"),
        name=FIELDS.free_name(definition, name),
        kind=one_of(kind, FIELD_KINDS, "kind"),
    )
    field = _changed(definition, field, changes, published=None)
    return replace(definition, fields=(*definition.fields, field)), field


def with_changed_field(
    definition: Definition, key: str, changes: Mapping[str, Any], published: Field | None
) -> tuple[Definition, Field]:
    """A field with other name, kind, help, required_from, options, is_personal, currency or unit.

    `published` is the field as it was published, if it was: then its kind stays, and options that are left
    out are retired instead of removed.
    """
    field = FIELDS.the(definition, key)
    checked: dict[str, Any] = {}
    if "name" in changes:
        checked["name"] = FIELDS.free_name(definition, changes["name"], but=key)
    if changes.get("kind", field.kind) != field.kind:
        checked["kind"] = _other_kind(field, changes["kind"], published)
    new = _changed(definition, replace(field, **checked), changes, published)
    return replace(definition, fields=swapped(definition.fields, new)), new


def _changed(
    definition: Definition, field: Field, changes: Mapping[str, Any], published: Field | None
) -> Field:
    checked: dict[str, Any] = {}
    if "help" in changes:
        checked["help"] = help_of(changes["help"])
    if "required_from" in changes:
        checked["required_from"] = _stage(definition, changes["required_from"])
    if "is_personal" in changes:
        checked["is_personal"] = bool(changes["is_personal"])
    if "unit" in changes:
        checked["unit"] = (
            clean_name(changes["unit"], field="unit", most=LONGEST_UNIT) if changes["unit"] else ""
        )
    if "currency" in changes:
        checked["currency"] = _currency(changes["currency"]) if field.kind == "money" else None
    if field.kind not in CHOOSING_KINDS:
        checked["options"] = ()
    elif "options" in changes:
        checked["options"] = options_of(field, changes["options"], published)
    return replace(field, **checked)


def options_of(
    field: Field, given: Sequence[Mapping[str, Any]], published: Field | None
) -> tuple[Option, ...]:
    """The field's options after an edit: see `merged_options`."""
    kept = {option.key for option in published.options} if published else set()
    return merged_options(field.options, given, kept, most=MOST_OPTIONS, what="option", field="options")


def _other_kind(field: Field, kind: str, published: Field | None) -> str:
    if published is not None:
        sentence = (
            f"“{field.name}” was published, so its kind stays. Retire it and add another field instead."
        )
        raise Conflict(sentence, code="kind_is_fixed", details={"kind": published.kind})
    return one_of(kind, FIELD_KINDS, "kind")


def _stage(definition: Definition, key: str | None) -> str | None:
    if not key:
        return None
    stage = definition.stage(key)
    if stage is None or stage.is_retired:
        sentence = "Choose one of the stages, or none."
        raise Invalid(sentence, fields={"required_from": sentence})
    return key


def _currency(raw: str | None) -> str | None:
    code = (raw or "").strip().upper()
    if code and code not in DECIMALS:
        sentence = "Use the three letters of a currency, such as EUR."
        raise Invalid(sentence, fields={"currency": sentence})
    return code or None


def with_field_restored(definition: Definition, key: str) -> tuple[Definition, Field]:
    """A retired field back in use."""
    required_from = FIELDS.the(definition, key).required_from
    stage = definition.stage(required_from) if required_from else None
    # The stage may have been retired meanwhile; demanding an answer from it on would be unsound.
    keeps = stage is not None and not stage.is_retired
    return FIELDS.restored(definition, key, required_from=required_from if keeps else None)
