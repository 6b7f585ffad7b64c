"""What each tab of the designer is drawn from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from cases.board import board_of
from templates_app.catalogue import catalogue
from templates_app.definition import Definition, Field, Option, Stage
from templates_app.numbering import UnreadablePattern, parse_pattern
from templates_app.queries import Design
from templates_app.values import KINDS
from tenants.actor import Actor
from timeline.queries import page as timeline_page
from ui.cases.desk import desk
from ui.cases.feed import folded, lines_of
from ui.templates_editor.option_rows import rows_of
from ui.templates_editor.places import EVENTS, MOST_EVENTS, Where

if TYPE_CHECKING:
    from ui.entering import InOrganization

REASONS = (
    ("return", "returned to an earlier stage"),
    ("skip", "taken past a stage of the expected path"),
    ("advance", "moved ahead"),
    ("reopen", "reopened"),
    ("hold", "put on hold"),
    ("cancel", "cancelled"),
    ("close", "closed"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of stages in the matrix."""

    start: Stage
    end: Stage
    kind: str
    is_forbidden: bool
    asks: bool
    asks_by_kind: bool


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field in the list."""

    field: Field
    kind: str
    icon: str
    required_from: Stage | None
    is_published: bool


def selected_stage(definition: Definition, key: str) -> Stage | None:
    """The stage with this key, or the first one."""
    found = definition.stage(key)
    if found is not None:
        return found
    return definition.active_stages[0] if definition.active_stages else None


def _of_stages(_request: "InOrganization", shown: Design, where: Where) -> dict[str, Any]:
    stage = selected_stage(shown.definition, where.stage)
    if stage is None:
        return {}
    return {
        "required_here": [f for f in shown.definition.active_fields if f.required_from == stage.key],
        "was_published": shown.published is not None and shown.published.stage(stage.key) is not None,
    }


def _of_fields(_request: "InOrganization", shown: Design, _where: Where) -> dict[str, Any]:
    lines = [field_line(shown, field) for field in shown.definition.fields]
    return {
        "fields": [line for line in lines if not line.field.is_retired],
        "retired_fields": [line for line in lines if line.field.is_retired],
    }


def field_line(shown: Design, field: Field) -> FieldLine:
    """One field as the list shows it."""
    kind = KINDS[field.kind]
    stage = shown.definition.stage(field.required_from) if field.required_from else None
    published = shown.published is not None and shown.published.field(field.key) is not None
    return FieldLine(field, kind.label, kind.icon, stage, published)


def _of_moves(_request: "InOrganization", shown: Design, where: Where) -> dict[str, Any]:
    definition = shown.definition
    # From a retired stage cases still have to get away, so it has a row; nothing enters it, so no column.
    starts = [s for s in definition.stages if not s.is_retired or _is_published(shown, s)]
    return {
        "shows": where.shows,
        "matrix": [
            (start, [_cell(definition, start, end) for end in definition.active_stages]) for start in starts
        ],
        "reasons": [(key, words, key in definition.reason_kinds) for key, words in REASONS],
    }


def _is_published(shown: Design, stage: Stage) -> bool:
    return shown.published is not None and shown.published.stage(stage.key) is not None


def _cell(definition: Definition, start: Stage, end: Stage) -> Cell | None:
    if start.key == end.key:
        return None
    kind, pair = definition.kind_of_move(start.key, end.key), (start.key, end.key)
    return Cell(
        start, end, kind, pair in definition.forbidden_moves, pair in definition.reason_moves,
        kind in definition.reason_kinds,
    )  # fmt: skip


def _of_numbers(_request: "InOrganization", shown: Design, _where: Where) -> dict[str, Any]:
    outcomes: Sequence[Option] = shown.definition.outcomes
    return {
        "rows": rows_of(outcomes),
        "retired_outcomes": [option for option in outcomes if option.is_retired],
        **preview_of(shown.definition.number_pattern),
    }


def preview_of(pattern: str) -> dict[str, Any]:
    """The first numbers a pattern makes today, or what is wrong with it."""
    try:
        parsed = parse_pattern(pattern.strip())
    except UnreadablePattern as unreadable:
        return {"pattern_problem": str(unreadable)}
    today = timezone.localdate()
    again = "" if not parsed.period(today) else {4: "year", 7: "month"}.get(len(parsed.period(today)), "day")
    return {"examples": [parsed.render(number, today) for number in (1, 2, 117)], "counts_again": again}


def _of_changes(request: "InOrganization", shown: Design, _where: Where) -> dict[str, Any]:
    return {"changes": shown.changes, **running(request.actor, shown)}


def running(by: Actor, shown: Design) -> dict[str, Any]:
    """How many running cases would follow, those in stages that would be retired, and what all are asked anew.

    One statement.
    """
    view = catalogue(by.organization_id, by.revision).templates.get(shown.template.id)
    if view is None:
        return {"running": 0, "in_retired": [], "asked_anew": []}
    columns = board_of(view, by, cards=1)
    retired = {stage.key for stage in shown.definition.stages if stage.is_retired}
    return {
        "running": sum(column.count for column in columns),
        "running_is_more": any(column.is_more for column in columns),
        "in_retired": [column for column in columns if column.count and column.stage.key in retired],
        "asked_anew": _asked_anew(view.definition, shown.definition),
    }


def _asked_anew(before: Definition, after: Definition) -> list[str]:
    """The names of fields that some stage demands and none did before."""
    demanded = {field.key for field in before.active_fields if field.required_from}
    return [field.name for field in after.active_fields if field.required_from and field.key not in demanded]


def _of_history(request: "InOrganization", shown: Design, where: Where) -> dict[str, Any]:
    found = timeline_page(shown.template.id, limit=where.events + 1)
    longer = where.events + EVENTS if len(found) > where.events and where.events < MOST_EVENTS else 0
    return {"feed": list(folded(lines_of(found[: where.events], desk(request)))), "longer": longer}


OF_TAB: Mapping[str, Callable[["InOrganization", Design, Where], dict[str, Any]]] = {
    "stages": _of_stages,
    "fields": _of_fields,
    "moves": _of_moves,
    "numbers": _of_numbers,
    "changes": _of_changes,
    "history": _of_history,
}
