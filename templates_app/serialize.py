"""From a Definition to the JSON document that `parse` reads back."""

from typing import Any

from templates_app.definition import REASON_KINDS, Definition, Field, Move, Option, Stage


def to_json(definition: Definition) -> dict[str, Any]:
    """The document `parse` reads back to an equal definition. What is as by default is left out."""
    document: dict[str, Any] = {
        "schema": definition.schema,
        "name": definition.name,
        "number_pattern": definition.number_pattern,
        "stages": [_stage_json(stage) for stage in definition.stages],
        "fields": [_field_json(field) for field in definition.fields],
    }
    if definition.outcomes:
        document["outcomes"] = [_option_json(option) for option in definition.outcomes]
    if definition.forbidden_moves:
        document["forbidden_moves"] = _moves_json(definition, definition.forbidden_moves)
    reasons: dict[str, Any] = {}
    if definition.reason_kinds:
        reasons["kinds"] = [kind for kind in REASON_KINDS if kind in definition.reason_kinds]
    if definition.reason_moves:
        reasons["moves"] = _moves_json(definition, definition.reason_moves)
    return {**document, "reasons": reasons} if reasons else document


def _stage_json(stage: Stage) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": stage.key, "name": stage.name, "color": stage.color, "category": stage.category,
        "on_path": stage.on_path,
    }  # fmt: skip
    return shown | _unless_empty(is_retired=stage.is_retired, help=stage.help)


def _field_json(field: Field) -> dict[str, Any]:
    return {"key": field.key, "name": field.name, "kind": field.kind} | _unless_empty(
        help=field.help,
        required_from=field.required_from,
        options=[_option_json(option) for option in field.options],
        is_personal=field.is_personal,
        is_retired=field.is_retired,
        currency=field.currency,
        unit=field.unit,
        column=field.column,
    )


def _option_json(option: Option) -> dict[str, Any]:
    return {"key": option.key, "name": option.name, "color": option.color} | _unless_empty(
        is_retired=option.is_retired
    )


def _unless_empty(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _moves_json(definition: Definition, moves: frozenset[Move]) -> list[list[str]]:
    return [list(move) for move in sorted(moves, key=lambda move: [definition.position(key) for key in move])]
