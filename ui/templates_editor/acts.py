"""Small edits in the designer: each one act, answered with the designer drawn anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from casefy.errors import Conflict, Missing, Refused
from templates_app.actions.drafts import discard_draft
from templates_app.actions.fields import remove_field, reorder_fields, restore_field, retire_field
from templates_app.actions.publishing import restore_template, retire_template
from templates_app.actions.rules import allow_move, forbid_move, set_number_pattern, set_outcomes, set_reasons
from templates_app.actions.stages import (
    add_stage,
    change_stage,
    remove_stage,
    reorder_stages,
    restore_stage,
    retire_stage,
)
from templates_app.definition import COLORS, Field, Stage
from templates_app.queries import Design
from tenants.scope import reading
from timeline.queries import whole
from ui.draw import Toast, draw
from ui.reading import number_or_none
from ui.templates_editor.designing import Failed, redrawn, the_design
from ui.templates_editor.option_rows import OptionRow, commanded, filled, rows_of, typed_rows

if TYPE_CHECKING:
    from ui.entering import InOrganization

Read = Callable[[QueryDict, Design], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: the function, how its form is read, what it is about, and what to say when it is done."""

    do: Callable[..., Any]
    read: Read
    about: str = ""
    done: str = ""


def _one(name: str) -> Read:
    return lambda posted, _shown: {name: posted.get(name, "")}


def _nothing(_posted: QueryDict, _shown: Design) -> Mapping[str, Any]:
    return {}


def _new_stage(posted: QueryDict, _shown: Design) -> Mapping[str, Any]:
    category = posted.get("category") or "open"
    return {"name": posted.get("name", ""), "category": category, "before": posted.get("before", "")}


def _changed_stage(posted: QueryDict, _shown: Design) -> Mapping[str, Any]:
    parts = [part for part in ("name", "color", "category", "help") if part in posted]
    changes: dict[str, Any] = {part: posted[part] for part in parts}
    if "on_path_asked" in posted:
        changes["on_path"] = "on_path" in posted
    return {"stage": posted.get("stage", ""), **changes}


def _order(of: Callable[[Design], Sequence[Stage | Field]]) -> Read:
    def read(posted: QueryDict, shown: Design) -> Mapping[str, Any]:
        if "sorted" in posted:
            return {"order": posted.getlist("order")}
        order = [item.key for item in of(shown)]
        moved, step = posted.get("moved", ""), {"back": -1, "on": 1}.get(posted.get("step", ""), 0)
        if moved in order:
            at = order.index(moved)
            to = min(max(at + step, 0), len(order) - 1)
            order.insert(to, order.pop(at))
        return {"order": order}

    return read


def _move(posted: QueryDict, _shown: Design) -> Mapping[str, Any]:
    return {"from_stage": posted.get("from_stage", ""), "to_stage": posted.get("to_stage", "")}


def _reason_kinds(posted: QueryDict, _shown: Design) -> Mapping[str, Any]:
    return {"kinds": posted.getlist("kinds")}


def _set_move(posted: QueryDict, shown: Design) -> Mapping[str, Any]:
    return {**_move(posted, shown), "forbids": "forbids" in posted}


def _reason_move(posted: QueryDict, shown: Design) -> Mapping[str, Any]:
    pair = (posted.get("from_stage", ""), posted.get("to_stage", ""))
    moves = shown.definition.reason_moves
    return {"moves": moves | {pair} if "asks" in posted else moves - {pair}}


def set_move(*, forbids: bool, **given: Any) -> Any:
    """Forbid a move or allow it: whichever the box in the table says."""
    return forbid_move(**given) if forbids else allow_move(**given)


ACTS: Mapping[str, Act] = {
    "add_stage": Act(add_stage, _new_stage),
    "change_stage": Act(change_stage, _changed_stage, "stage"),
    "reorder_stages": Act(reorder_stages, _order(lambda shown: shown.definition.active_stages)),
    "retire_stage": Act(retire_stage, _one("stage"), "stage"),
    "restore_stage": Act(restore_stage, _one("stage"), "stage"),
    "remove_stage": Act(remove_stage, _one("stage"), "stage"),
    "reorder_fields": Act(reorder_fields, _order(lambda shown: shown.definition.active_fields)),
    "retire_field": Act(retire_field, _one("field"), "field"),
    "restore_field": Act(restore_field, _one("field"), "field"),
    "remove_field": Act(remove_field, _one("field"), "field"),
    "set_move": Act(set_move, _set_move),
    "set_reasons": Act(set_reasons, _reason_kinds),
    "ask_reason": Act(set_reasons, _reason_move),
    "set_number_pattern": Act(set_number_pattern, _one("pattern"), done="Pattern saved"),
    "discard_draft": Act(discard_draft, _nothing, done="The draft is gone"),
    "retire_template": Act(retire_template, _nothing, done="Retired: it takes no new cases"),
    "restore_template": Act(restore_template, _nothing, done="In use again"),
}


@require_POST
def act(request: "InOrganization", key: str, name: str) -> HttpResponse:
    """Do one edit and draw the designer anew; what was refused stays as it was typed."""
    name = name.replace("-", "_")
    if name not in ACTS:
        raise Http404
    chosen = ACTS[name]
    with reading():
        shown = the_design(request, key)
    try:
        chosen.do(
            by=request.actor,
            template_id=shown.template.id,
            expected_version=number_or_none(request.POST.get("expected_version")),
            **chosen.read(request.POST, shown),
        )
    except Refused as error:
        return refused(request, shown, name, error, target=request.POST.get(chosen.about, ""))
    with reading():
        return redrawn(request, key, toast=Toast(chosen.done) if chosen.done else None)


def refused(
    request: "InOrganization", shown: Design, name: str, error: Refused, target: str = ""
) -> HttpResponse:
    """Draw the designer with a refused edit: inline where the form shows it, and said aloud where not."""
    with reading():
        texts = [error.message, *meanwhile(shown, error)]
        inline = (
            bool(error.fields)
            and not isinstance(error, Missing)
            and name in ("add_stage", "change_stage", "set_number_pattern")
        )
        toast = None if inline else Toast(" ".join(texts), "warning")
        failed = Failed(name, target, request.POST, error)
        return redrawn(request, shown.template.key, toast=toast, failed=failed)


def meanwhile(shown: Design, error: Refused) -> list[str]:
    """What others did since the form was drawn, in sentences, where that is why the edit was refused."""
    if not isinstance(error, Conflict) or error.code != "stale":
        return []
    events = whole(shown.template.id, after=error.details["expected_version"])
    return [f"{event.actor_label} {event.sentence}." for event in events[:3]]


@require_POST
def outcomes(request: "InOrganization", key: str) -> HttpResponse:
    """Change the list of outcomes: a command on its rows, or the list saved."""
    rows = typed_rows(request.POST)
    with reading():
        shown = the_design(request, key)
        if "redraw" in request.POST:
            return _outcome_form(request, shown, commanded(rows, request.POST["redraw"]))
    try:
        set_outcomes(
            by=request.actor,
            template_id=shown.template.id,
            outcomes=filled(rows),
            expected_version=number_or_none(request.POST.get("expected_version")),
        )
    except Refused as error:
        with reading():
            return _outcome_form(request, the_design(request, key), rows, error, meanwhile(shown, error))
    with reading():
        return redrawn(request, key, toast=Toast("Outcomes saved"))


def _outcome_form(
    request: "InOrganization", shown: Design, rows: Sequence[OptionRow], error: Refused | None = None,
    since: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    context = outcome_context(request, shown, rows) | {"error": error, "meanwhile": since}
    fragments = ["templates_editor/_outcomes.html"]
    status = error.status if error else 200
    return draw(request, "templates_editor/outcomes.html", context, fragments=fragments, status=status)


def outcome_context(
    request: "InOrganization", shown: Design, rows: Sequence[OptionRow] | None = None
) -> dict[str, Any]:
    """What the form of outcomes is drawn from."""
    outcomes_now = shown.definition.outcomes
    return {
        "here": "templates",
        "template": shown.template,
        "home": f"/o/{request.organization.slug}/templates/{shown.template.key}",
        "can_edit": request.actor.may("template.edit"),
        "palette": COLORS,
        "rows": rows_of(outcomes_now) if rows is None else rows,
        "retired_outcomes": [option for option in outcomes_now if option.is_retired],
    }
