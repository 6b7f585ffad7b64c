"""What can happen to a template, in the past tense.

`patch` says exactly what an edit changed in the draft (see `patches`), so that the draft can be rebuilt.
"""

from typing import Any

from timeline.registry import Fact, fact


@fact(
    "template.created", sentence="created the template {name}{source_words}", tone="good", icon="circle-plus"
)
class TemplateCreated(Fact):
    """A template began, as a draft. `source` is blank, gallery, yaml, or definition."""

    key: str
    name: str
    description: str
    icon_name: str
    color: str
    source: str
    source_words: str
    definition: dict[str, Any]


@fact("template.described", sentence="changed {summary} of the template", tone="edit", icon="pencil")
class TemplateDescribed(Fact):
    """How the template is presented changed, for everybody at once: name, description, icon or color."""

    summary: str
    before: dict[str, str]
    after: dict[str, str]


@fact("template.stage_added", sentence="added the stage {name}", tone="edit", icon="plus")
class StageAdded(Fact):
    """The draft has one more stage."""

    stage: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.stage_changed", sentence="changed the stage {name}: {summary}", tone="edit", icon="pencil")
class StageChanged(Fact):
    """A stage of the draft got another name, color, category, help text or place on the path."""

    stage: str
    name: str
    summary: str
    patch: dict[str, list[Any]]


@fact(
    "template.stages_reordered",
    sentence="put the stages in the order {order}",
    tone="edit",
    icon="arrow-left-right",
)
class StagesReordered(Fact):
    """The stages of the draft stand in another order."""

    order: str
    patch: dict[str, list[Any]]


@fact("template.stage_retired", sentence="retired the stage {name}", tone="warn", icon="archive")
class StageRetired(Fact):
    """Once published, no case can enter the stage any more."""

    stage: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.stage_restored", sentence="restored the stage {name}", tone="good", icon="archive-restore")
class StageRestored(Fact):
    """A retired stage is in use again in the draft."""

    stage: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.stage_removed", sentence="removed the stage {name}", tone="warn", icon="trash-2")
class StageRemoved(Fact):
    """A stage that was never published is gone from the draft."""

    stage: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.field_added", sentence="added the field {name} ({kind})", tone="edit", icon="plus")
class FieldAdded(Fact):
    """The draft has one more field. `kind` is the kind of field."""

    field: str
    name: str
    kind: str
    patch: dict[str, list[Any]]


@fact("template.field_changed", sentence="changed the field {name}: {summary}", tone="edit", icon="pencil")
class FieldChanged(Fact):
    """A field of the draft changed in name, help, options, or where it is required."""

    field: str
    name: str
    summary: str
    patch: dict[str, list[Any]]


@fact(
    "template.fields_reordered", sentence="put the fields in another order", tone="edit", icon="arrow-up-down"
)
class FieldsReordered(Fact):
    """The fields of the draft stand in another order."""

    order: str
    patch: dict[str, list[Any]]


@fact("template.field_retired", sentence="retired the field {name}", tone="warn", icon="archive")
class FieldRetired(Fact):
    """Once published, nobody is asked for the field any more; values stay with their cases."""

    field: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.field_restored", sentence="restored the field {name}", tone="good", icon="archive-restore")
class FieldRestored(Fact):
    """A retired field is in use again in the draft."""

    field: str
    name: str
    patch: dict[str, list[Any]]


@fact("template.field_removed", sentence="removed the field {name}", tone="warn", icon="trash-2")
class FieldRemoved(Fact):
    """A field that was never published is gone from the draft."""

    field: str
    name: str
    patch: dict[str, list[Any]]


@fact(
    "template.move_forbidden",
    sentence="forbade moving from {from_name} to {to_name}",
    tone="warn",
    icon="ban",
)
class MoveForbidden(Fact):
    """Once published, no case goes this way."""

    from_stage: str
    from_name: str
    to_stage: str
    to_name: str
    patch: dict[str, list[Any]]


@fact(
    "template.move_allowed",
    sentence="allowed moving from {from_name} to {to_name}",
    tone="edit",
    icon="route",
)
class MoveAllowed(Fact):
    """Once published, cases may go this way again."""

    from_stage: str
    from_name: str
    to_stage: str
    to_name: str
    patch: dict[str, list[Any]]


@fact(
    "template.reasons_changed",
    sentence="changed where a reason is asked for: {summary}",
    tone="edit",
    icon="message-circle-question-mark",
)
class ReasonsChanged(Fact):
    """Other acts, or other moves, have to be explained."""

    summary: str
    patch: dict[str, list[Any]]


@fact(
    "template.numbering_changed",
    sentence="changed the number pattern from {before} to {after}",
    tone="edit",
    icon="hash",
)
class NumberingChanged(Fact):
    """New cases will be numbered by another pattern."""

    before: str
    after: str
    patch: dict[str, list[Any]]


@fact("template.outcomes_changed", sentence="changed the outcomes: {summary}", tone="edit", icon="flag")
class OutcomesChanged(Fact):
    """Cases can be closed with other outcomes."""

    summary: str
    patch: dict[str, list[Any]]


@fact("template.draft_replaced", sentence="replaced the draft from a file", tone="warn", icon="file-up")
class DraftReplaced(Fact):
    """The whole draft was taken over from elsewhere; `summary` says in how many points it differs."""

    summary: str
    patch: dict[str, list[Any]]


@fact(
    "template.draft_discarded", sentence="discarded the draft of version {number}", tone="warn", icon="undo-2"
)
class DraftDiscarded(Fact):
    """The edits since the last publication are gone; the published version stays as it is."""

    number: int
    definition: dict[str, Any]


@fact("template.published", sentence="published version {number}", tone="good", icon="rocket")
class TemplatePublished(Fact):
    """The draft is in force: new cases start by it and running cases follow it from now on."""

    number: int
    template_version: str
    changes: list[str]
    definition: dict[str, Any]


@fact("template.retired", sentence="retired the template {name}", tone="warn", icon="archive")
class TemplateRetired(Fact):
    """No new cases can be opened; running cases go on."""

    name: str
    was: str


@fact(
    "template.restored",
    sentence="took the template {name} into use again",
    tone="good",
    icon="archive-restore",
)
class TemplateRestored(Fact):
    """New cases can be opened again."""

    name: str
    state: str
