"""Edits of stages."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from casefy.errors import Conflict
from templates_app.definition import CATEGORIES, COLORS, Category, Definition, Stage
from templates_app.editing.lists import (
    color_of,
    free_name,
    help_of,
    not_too_many,
    one_of,
    reordered,
    swapped,
    the,
)
from templates_app.keys import make_key
from templates_app.parse import MOST_STAGES


def with_stage(
    definition: Definition, name: str, *, color: str = "", category: str = "open", on_path: bool = True,
    before: str = "",
) -> tuple[Definition, Stage]:  # fmt: skip
    """A new stage: before the one named, or else behind the others; done stages stay at the end."""
    stages = definition.stages
    not_too_many(stages, MOST_STAGES, "stage")
    stage = Stage(
        key=make_key(name, {stage.key for stage in stages}, "stage"),
        name=free_name(name, stages, "stage"),
        color=color_of(color) if color else _fresh_color(definition),
        category=cast("Category", one_of(category, CATEGORIES, "category")),
        on_path=on_path,
    )
    at = definition.position(the(stages, before, "stage").key) if before else _end(stages, stage)
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
    stage = the(definition.stages, key, "stage")
    checked: dict[str, Any] = {}
    if "name" in changes:
        checked["name"] = free_name(changes["name"], definition.stages, "stage", but=key)
    if "color" in changes:
        checked["color"] = color_of(changes["color"])
    if "category" in changes:
        checked["category"] = one_of(changes["category"], CATEGORIES, "category")
    if "on_path" in changes:
        checked["on_path"] = bool(changes["on_path"])
    if "help" in changes:
        checked["help"] = help_of(changes["help"])
    new = replace(stage, **checked)
    return replace(definition, stages=swapped(definition.stages, new)), new


def with_stage_order(definition: Definition, order: Sequence[str]) -> Definition:
    """The stages in another order."""
    return replace(definition, stages=reordered(definition.stages, order, "stage"))


def with_stage_retired(definition: Definition, key: str) -> tuple[Definition, Stage]:
    """A stage no case can enter any more. Cases in it stay there until they are moved."""
    stage = the(definition.stages, key, "stage")
    if stage.is_retired:
        raise Conflict(f"“{stage.name}” is retired already.", code="retired")
    _refuse_if_required(definition, stage)
    new = replace(stage, is_retired=True)
    return replace(definition, stages=swapped(definition.stages, new)), new


def with_stage_restored(definition: Definition, key: str) -> tuple[Definition, Stage]:
    """A retired stage back in use, in its old place."""
    stage = the(definition.stages, key, "stage")
    if not stage.is_retired:
        raise Conflict(f"“{stage.name}” is in use already.", code="not_retired")
    free_name(stage.name, definition.stages, "stage", but=key)
    new = replace(stage, is_retired=False)
    return replace(definition, stages=swapped(definition.stages, new)), new


def without_stage(definition: Definition, key: str) -> tuple[Definition, Stage]:
    """A stage gone for good, with the moves that name it: for stages that were never published."""
    stage = the(definition.stages, key, "stage")
    _refuse_if_required(definition, stage)
    new = replace(
        definition,
        stages=tuple(other for other in definition.stages if other.key != key),
        forbidden_moves=frozenset(move for move in definition.forbidden_moves if key not in move),
        reason_moves=frozenset(move for move in definition.reason_moves if key not in move),
    )
    return new, stage


def _refuse_if_required(definition: Definition, stage: Stage) -> None:
    names = [f"“{field.name}”" for field in definition.active_fields if field.required_from == stage.key]
    if names:
        verb = "is" if len(names) == 1 else "are"
        sentence = (
            f"{', '.join(names)} {verb} required from “{stage.name}”. Choose another stage there first."
        )
        raise Conflict(sentence, code="stage_in_use")
