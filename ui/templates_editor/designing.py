"""The designer's page: what each of its tabs is drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from casefy.errors import Refused
from cases.board import board_of
from templates_app.catalogue import catalogue
from templates_app.definition import COLORS, Definition, Field, Option, Stage
from templates_app.numbering import UnreadablePattern, parse_pattern
from templates_app.queries import Design, design
from templates_app.soundness import Problem
from templates_app.values import KINDS
from tenants.actor import Actor
from timeline.queries import page as timeline_page
from ui.cases.desk import desk
from ui.cases.feed import folded, lines_of
from ui.draw import Toast, draw, go, wants_fragments
from ui.templates_editor.option_rows import rows_of

if TYPE_CHECKING:
    from ui.entering import InOrganization

TABS = ("stages", "fields", "moves", "numbers", "changes", "history")
PIECES = ("templates_editor/_designer.html", "templates_editor/_designer_name.html")
EVENTS, MOST_EVENTS = 40, 400
CATEGORIES = (
    ("open", "Open", "circle-dot", "Somebody here works on it"),
    ("waiting", "Waiting", "hourglass", "It waits for somebody else"),
    ("done", "Done", "circle-check", "Work is over"),
)
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
class Failed:
    """An edit that was refused: which, of what, what was typed, and why."""

    act: str
    target: str
    typed: QueryDict
    error: Refused


@dataclass(frozen=True, slots=True)
class Where:
    """The place in the designer: its tab, the stage selected, and what the matrix shows."""

    tab: str = "stages"
    stage: str = ""
    shows: str = "forbidden"
    events: int = EVENTS


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


@require_safe
def designer(request: "InOrganization", key: str, tab: str = "stages") -> HttpResponse:
    """Show one template in the designer."""
    request.actor.require("template.view", desk(request).people.who_could)
    shown = design(key)
    context = context_of(request, shown, _asked(tab, request.GET))
    return draw(request, "templates_editor/designer.html", context, fragments=PIECES)


@require_safe
def number_preview(request: "InOrganization", key: str) -> HttpResponse:
    """Show what numbers a pattern makes, while it is typed."""
    request.actor.require("template.view", desk(request).people.who_could)
    context = {"template": design(key).template, **preview_of(request.GET.get("pattern", ""))}
    return draw(
        request, "templates_editor/preview.html", context, fragments=["templates_editor/_number_preview.html"]
    )


def redrawn(
    request: "InOrganization", key: str, *, toast: Toast | None = None, failed: Failed | None = None
) -> HttpResponse:
    """Answer an act on a template: the designer where the visitor was, or the way back there without htmx."""
    where = where_of(request)
    if not wants_fragments(request) and failed is None:
        return go(request, address(request, key, where.tab))
    context = context_of(request, design(key), where, failed)
    status = failed.error.status if failed else 200
    return draw(
        request, "templates_editor/designer.html", context, fragments=PIECES, toast=toast, status=status
    )


def address(request: "InOrganization", key: str, tab: str = "stages") -> str:
    """Where a tab of a template's designer is."""
    base = f"/o/{request.organization.slug}/templates/{key}"
    return base if tab == "stages" else f"{base}/{tab}"


def where_of(request: HttpRequest) -> Where:
    """Where the visitor was when they acted: the page's address says it, or the form's hidden `tab`."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    last = current.path.rstrip("/").rpartition("/")[2]
    tab = last if last in TABS else request.POST.get("tab", "stages")
    return _asked(tab, QueryDict(current.query))


def _asked(tab: str, asked: Mapping[str, str]) -> Where:
    events = asked.get("events", "")
    return Where(
        tab=tab if tab in TABS else "stages",
        stage=asked.get("stage", ""),
        shows="reasons" if asked.get("show") == "reasons" else "forbidden",
        events=min(int(events), MOST_EVENTS) if events.isdecimal() and len(events) < 6 else EVENTS,
    )


def context_of(
    request: "InOrganization", shown: Design, where: Where, failed: Failed | None = None
) -> dict[str, Any]:
    """Return what the page and its fragment are drawn from."""
    template, definition = shown.template, shown.definition
    context = {
        "here": "templates",
        "design": shown,
        "template": template,
        "definition": definition,
        "home": address(request, template.key),
        "tab": where.tab,
        "tabs": _tabs(request, shown),
        "failed": failed,
        "can_edit": request.actor.may("template.edit"),
        "can_publish": request.actor.may("template.publish"),
        "retired_stages": [stage for stage in definition.stages if stage.is_retired],
        "problems": [(problem, _place_of(request, template.key, problem)) for problem in shown.problems],
        "palette": COLORS,
        "categories": CATEGORIES,
        "selected": _selected(definition, where.stage),
    }
    return context | _OF_TAB[where.tab](request, shown, where)


def _selected(definition: Definition, key: str) -> Stage | None:
    found = definition.stage(key)
    if found is not None:
        return found
    return definition.active_stages[0] if definition.active_stages else None


def _tabs(request: "InOrganization", shown: Design) -> list[dict[str, Any]]:
    texts = {
        "stages": ("Stages", 0),
        "fields": ("Fields", len(shown.definition.active_fields)),
        "moves": ("Moves", 0),
        "numbers": ("Numbers and outcomes", 0),
        "changes": ("If published", len(shown.changes)),
        "history": ("History", 0),
    }
    return [
        {"key": key, "href": address(request, shown.template.key, key), "text": text, "count": count}
        for key, (text, count) in texts.items()
    ]


def _place_of(request: "InOrganization", key: str, problem: Problem) -> str:
    section, _, name = problem.path.partition(".")
    if section == "stages":
        return f"{address(request, key)}?stage={name}" if name else address(request, key)
    tabs = {"fields": "fields", "forbidden_moves": "moves"}
    return address(request, key, tabs.get(section, "numbers"))


def _of_stages(_request: "InOrganization", shown: Design, where: Where) -> dict[str, Any]:
    stage = _selected(shown.definition, where.stage)
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
    """How many running cases would follow, and those in stages that would be retired: one statement."""
    view = catalogue(by.organization_id, by.revision).templates.get(shown.template.id)
    if view is None:
        return {"running": 0, "in_retired": []}
    columns = board_of(view, by, cards=1)
    retired = {stage.key for stage in shown.definition.stages if stage.is_retired}
    return {
        "running": sum(column.count for column in columns),
        "running_is_more": any(column.is_more for column in columns),
        "in_retired": [column for column in columns if column.count and column.stage.key in retired],
    }


def _of_history(request: "InOrganization", shown: Design, where: Where) -> dict[str, Any]:
    found = timeline_page(shown.template.id, limit=where.events + 1)
    longer = where.events + EVENTS if len(found) > where.events and where.events < MOST_EVENTS else 0
    return {"feed": list(folded(lines_of(found[: where.events], desk(request)))), "longer": longer}


_OF_TAB = {
    "stages": _of_stages,
    "fields": _of_fields,
    "moves": _of_moves,
    "numbers": _of_numbers,
    "changes": _of_changes,
    "history": _of_history,
}
