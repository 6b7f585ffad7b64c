"""Acts on the moves, reasons, numbers and outcomes of a draft."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from templates_app import events
from templates_app.definition import Definition, Move
from templates_app.diff import summary_of
from templates_app.drafting import drafting
from templates_app.editing import rules as edits
from templates_app.models import Template
from tenants.actor import Actor


def forbid_move(
    *, by: Actor, template_id: UUID, from_stage: str, to_stage: str, expected_version: int | None = None
) -> Template:
    """Let no case go from one stage to the other. Raises Conflict when it is forbidden already."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.with_move_forbidden(draft.definition, from_stage, to_stage)
        draft.put(new, events.MoveForbidden, **_words(new, from_stage, to_stage))
    return draft.template


def allow_move(
    *, by: Actor, template_id: UUID, from_stage: str, to_stage: str, expected_version: int | None = None
) -> Template:
    """Let cases go from one stage to the other again. Raises Conflict when it is allowed already."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.with_move_allowed(draft.definition, from_stage, to_stage)
        draft.put(new, events.MoveAllowed, **_words(new, from_stage, to_stage))
    return draft.template


def set_reasons(
    *, by: Actor, template_id: UUID, kinds: Iterable[str] | None = None, moves: Iterable[Move] | None = None,
    expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Say which acts (`kinds`) and which single `moves` have to be explained; None leaves one as it is."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.with_reasons(draft.definition, kinds, moves)
        draft.put(new, events.ReasonsChanged, summary=summary_of(draft.definition, new))
    return draft.template


def set_number_pattern(
    *, by: Actor, template_id: UUID, pattern: str, expected_version: int | None = None
) -> Template:
    """Number new cases by another pattern, such as PO-{year}-{number:05}. Raises Invalid."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.with_number_pattern(draft.definition, pattern)
        before = draft.definition.number_pattern
        draft.put(new, events.NumberingChanged, before=before, after=new.number_pattern)
    return draft.template


def set_outcomes(
    *,
    by: Actor,
    template_id: UUID,
    outcomes: Sequence[Mapping[str, Any]],
    expected_version: int | None = None,
) -> Template:
    """Offer these outcomes when a case is closed: all of them, each with name, color and its old key."""
    with drafting(template_id, by=by, expected_version=expected_version) as draft:
        draft.require("template.edit")
        new = edits.with_outcomes(draft.definition, outcomes, draft.published)
        draft.put(new, events.OutcomesChanged, summary=summary_of(draft.definition, new))
    return draft.template


def _words(definition: Definition, from_stage: str, to_stage: str) -> dict[str, str]:
    start, end = definition.stage(from_stage), definition.stage(to_stage)
    return {
        "from_stage": from_stage,
        "from_name": start.name if start else from_stage,
        "to_stage": to_stage,
        "to_name": end.name if end else to_stage,
    }
