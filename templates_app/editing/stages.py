"""Edits of stages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from casefy.errors import Conflict
from templates_app.definition import CATEGORIES, COLORS, Category, Definition, Stage
from templates_app.editing.list_editor import ListEditor
from templates_app.editing.lists import color_of, help_of, not_too_many, one_of
from templates_app.keys import make_key
from templates_app.parse import MOST_STAGES

STAGES: ListEditor[Stage] = ListEditor(
    "stage", "stages", "Cases may have been in this stage, so it cannot be removed. Retire it instead."
)


def with_stage(
    definition: Definition, name: str, *, color: str = "", category: str = "open", on_path: bool = True,
    before: str = "",
) -> tuple[Definition, Stage]:  # fmt: skip
    """A new stage: before the one named, or else behind the others; done stages stay at the end."""
    stages = definition.stages
    not_too_many(stages, MOST_STAGES, "stage")
    stage = Stage(
        key=make_key(name, {stage.key for stage in stages}, "stage"),
        name=STAGES.free_name(definition, name),
        color=color_of(color) if color else _fresh_color(definition),
        category=cast("Category", one_of(category, CATEGORIES, "category")),
        on_path=on_path,
    )
    at = definition.position(STAGES.the(definition, before).key) if before else _end(stages, stage)
    return replace(definition, stages=(*stages[:at], stage, *stages[at:])), stage


def _end(stages: Sequence[Stage], new: Stage) -> int:
    if new.is_done:
        return len(stages)
    last_open = [at for at, stage in enumerate(stages) if not stage.is_done]
    return last_open[-1] + 1 if last_open else 0


def _fresh_color(definition: Definition) -> str:
    used = {stage.color for stage in definition.active_stages}
    return next(
        (color for color in COLORS if color not in used), COLORS[len(definition.stages) % len(COLORS)]
    )


def with_changed_stage(definition: Definition, key: str, changes: dict[str, Any]) -> tuple[Definition, Stage]:
    """A stage with another name, color, category, place on the path, or help text."""
    STAGES.the(definition, key)
    checked: dict[str, Any] = {}
    if "name" in changes:
        checked["name"] = STAGES.free_name(definition, changes["name"], but=key)
    if "color" in changes:
        checked["color"] = color_of(changes["color"])
    if "category" in changes:
        checked["category"] = one_of(changes["category"], CATEGORIES, "category")
    if "on_path" in changes:
        checked["on_path"] = bool(changes["on_path"])
    if "help" in changes:
        checked["help"] = help_of(changes["help"])
    return STAGES.changed(definition, key, **checked)


def with_stage_retired(definition: Definition, key: str) -> tuple[Definition, Stage]:
    """A stage no case can enter any more. Cases in it stay there until they are moved."""
    new, stage = STAGES.retired(definition, key)
    _refuse_if_required(definition, stage)
    return new, stage


def without_stage(definition: Definition, published: Definition | None, key: str) -> tuple[Definition, Stage]:
    """A stage gone for good, with the moves that name it: for stages that were never published."""
    new, stage = STAGES.without(definition, published, key)
    _refuse_if_required(definition, stage)
    forbidden = frozenset(move for move in definition.forbidden_moves if key not in move)
    explained = frozenset(move for move in definition.reason_moves if key not in move)
    return replace(new, forbidden_moves=forbidden, reason_moves=explained), stage


def _refuse_if_required(definition: Definition, stage: Stage) -> None:
    names = [f"“{field.name}”" for field in definition.active_fields if field.required_from == stage.key]
    if names:
        verb = "is" if len(names) == 1 else "are"
        sentence = (
            f"{', '.join(names)} {verb} required from “{stage.name}”. Choose another stage there first."
        )
        raise Conflict(sentence, code="stage_in_use")
