"""Acts on the stages of a draft."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from templates_app import events
from templates_app.diff import summary_of
from templates_app.drafting import Draft, drafting
from templates_app.editing import stages as edits
from templates_app.models import Template
from tenants.actor import Actor


def add_stage(
    *, by: Actor, template_id: UUID, name: str, color: str = "", category: str = "open", on_path: bool = True,
    before: str = "", expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Add a stage to the draft: before the stage `before`, or at the end of its kind.

    Raises Invalid for a name that is empty or in use, or an unknown color or category.
    """
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new, stage = edits.with_stage(
            draft.definition, name, color=color, category=category, on_path=on_path, before=before
        )
        draft.put(new, events.StageAdded, stage=stage.key, name=stage.name)
    return draft.template


def change_stage(
    *, by: Actor, template_id: UUID, stage: str, name: str | None = None, color: str | None = None,
    category: str | None = None, on_path: bool | None = None, help: str | None = None,  # noqa: A002
    expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Rename or recolour a stage, or change its category, help text or place on the expected path."""
    given: dict[str, Any] = {
        "name": name, "color": color, "category": category, "on_path": on_path, "help": help,
    }  # fmt: skip
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        changes = {key: value for key, value in given.items() if value is not None}
        new, _ = edits.with_changed_stage(draft.definition, stage, changes)
        summary = summary_of(draft.definition, new)
        draft.put(new, events.StageChanged, stage=stage, name=_old_name(draft, stage), summary=summary)
    return draft.template


def reorder_stages(
    *, by: Actor, template_id: UUID, order: Sequence[str], expected_version: int | None = None
) -> Template:
    """Put the stages in the order of the keys given; each stage in use once. Raises Invalid otherwise."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.STAGES.ordered(draft.definition, order)
        names = ", ".join(stage.name for stage in new.active_stages)
        draft.put(new, events.StagesReordered, order=names)
    return draft.template


def retire_stage(
    *, by: Actor, template_id: UUID, stage: str, expected_version: int | None = None
) -> Template:
    """Let no case enter a stage any more. Cases in it stay there, and can be moved out.

    Raises Conflict when it is retired already, or a field is required from it.
    """
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.with_stage_retired(draft.definition, stage), events.StageRetired)
    return draft.template


def restore_stage(
    *, by: Actor, template_id: UUID, stage: str, expected_version: int | None = None
) -> Template:
    """Take a retired stage into use again. Raises Conflict when it is not retired."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.STAGES.restored(draft.definition, stage), events.StageRestored)
    return draft.template


def remove_stage(
    *, by: Actor, template_id: UUID, stage: str, expected_version: int | None = None
) -> Template:
    """Take a stage that was never published out of the draft. Raises Conflict for one that was."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        draft.put_one(edits.without_stage(draft.definition, draft.published, stage), events.StageRemoved)
    return draft.template


def _old_name(draft: Draft, key: str) -> str:
    stage = draft.definition.stage(key)
    return stage.name if stage else key
