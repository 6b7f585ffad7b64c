"""The values of a case as the page shows them and as a form asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from casefy.writing import writing
from cases.queries import CaseRow
from templates_app.definition import Definition, Field
from templates_app.values import KINDS, Typed, as_typed, show
from ui.cases.desk import Desk

WIDE = frozenset({"long_text"})
INPUT_TYPES = {"date": "date", "datetime": "datetime-local", "email": "email", "url": "url", "phone": "tel"}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A field with its value in words: name and colour of the options chosen, and the stage that waits for it."""

    field: Field
    icon: str
    stored: Any
    text: str
    options: Sequence[tuple[str, str]]
    needed_for: str
    is_wide: bool


@dataclass(frozen=True, slots=True)
class AskedValue:
    """A field as a form asks for it, holding what was typed."""

    field: Field
    name: str
    id: str
    typed: Any
    error: str
    required: bool
    input_type: str
    choices: Sequence[tuple[str, str]]
    is_wide: bool


def values_of(case: CaseRow, definition: Definition, at: Desk) -> dict[str, Any]:
    """Return `values`: the fields in use, and retired ones that still hold something."""
    needed = needed_next(definition, case)
    shown = [
        shown_value(field, case.data.get(field.key), needed.get(field.key, ""), at)
        for field in definition.fields
        if not field.is_retired or case.data.get(field.key) is not None
    ]
    return {"values": shown}


def shown_value(field: Field, stored: Any, needed_for: str, at: Desk) -> ShownValue:
    """Return one value in words."""
    chosen: Sequence[tuple[str, str]] = ()
    if field.kind in ("choice", "choices") and stored is not None:
        keys = stored if isinstance(stored, list) else [stored]
        found = [field.option(key) for key in keys]
        chosen = [(option.name, option.color) for option in found if option is not None]
    text = show(field, stored, at.place)
    wide = field.kind in WIDE
    return ShownValue(
        field, KINDS[field.kind].icon, stored, text, chosen, needed_for if stored is None else "", wide
    )


def needed_next(definition: Definition, case: CaseRow) -> Mapping[str, str]:
    """Return the unanswered fields that the next stage of the expected path waits for, with its name."""
    if not case.is_running or definition.stage(case.stage) is None:
        return {}
    here = definition.position(case.stage)
    ahead = (
        stage for stage in definition.active_stages if stage.on_path and definition.position(stage.key) > here
    )
    after = next(ahead, None)
    if after is None:
        return {}
    return {field.key: after.name for field in definition.missing_fields(after.key, case.data)}


def asked_value(
    field: Field, stored: Any, at: Desk, *, typed: Any = None, error: str = "", required: bool = False
) -> AskedValue:
    """Return a field for a form: with what was typed, or else what is stored."""
    return AskedValue(
        field=field,
        name=f"field.{field.key}",
        id=f"field-{field.key}",
        typed=as_typed(field, stored, at.place) if typed is None else typed,
        error=error,
        required=required,
        input_type=INPUT_TYPES.get(field.kind, "text"),
        choices=_choices(field, stored, at),
        is_wide=field.kind in WIDE,
    )


def _choices(field: Field, stored: Any, at: Desk) -> Sequence[tuple[str, str]]:
    if field.kind == "member":
        return at.member_choices
    if field.kind == "yes_no":
        return (("yes", "Yes"), ("no", "No"))
    kept = stored if isinstance(stored, list) else [stored]
    return [
        (option.key, option.name) for option in field.options if not option.is_retired or option.key in kept
    ]


def typed_values(posted: QueryDict) -> dict[str, Any]:
    """Return what a form sent, by field key: only fields it named. The act judges whether there are such fields.

    Of boxes to tick, those that are not ticked are not sent: `field.….shown` says that they were there.
    """
    keys = {name.split(".")[1] for name in posted if name.startswith("field.")}
    return {key: _typed(posted, f"field.{key}") for key in keys}


def _typed(posted: QueryDict, name: str) -> Any:
    return posted.getlist(name) if f"{name}.shown" in posted else Typed(str(posted[name]), writing())
