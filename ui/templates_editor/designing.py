"""The designer's page: what each of its tabs is drawn from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from casefy.errors import Refused
from templates_app.definition import COLORS
from templates_app.queries import Design, design
from ui.cases.desk import desk
from ui.draw import Toast, draw, go, is_on_its_own, wants_fragments
from ui.templates_editor.places import Where, address, asked, place_of, where_of
from ui.templates_editor.tabs import OF_TAB, preview_of, selected_stage

if TYPE_CHECKING:
    from ui.entering import InOrganization

PIECES = ("templates_editor/_designer.html", "templates_editor/_designer_name.html")
CATEGORIES = (
    ("open", "Open", "circle-dot", "Somebody here works on it"),
    ("waiting", "Waiting", "hourglass", "It waits for somebody else"),
    ("done", "Done", "circle-check", "Work is over"),
)


@dataclass(frozen=True, slots=True)
class Failed:
    """An edit that was refused: which, of what, what was typed, and why."""

    act: str
    target: str
    typed: QueryDict
    error: Refused


def the_design(request: "InOrganization", key: str) -> Design:
    """Return a template for its designer. Raises Forbidden for those who may not see templates, and Missing.

    Every form of the designer begins here, also one that is sent: what is drawn again when an edit is refused shows
    the template to whoever sent it.
    """
    request.actor.require("template.view", desk(request).people.who_could)
    return design(key)


@require_safe
def designer(request: "InOrganization", key: str, tab: str = "stages") -> HttpResponse:
    """Show one template in the designer."""
    shown = the_design(request, key)
    context = context_of(request, shown, asked(tab, request.GET))
    return draw(request, "templates_editor/designer.html", context, fragments=PIECES)


@require_safe
def number_preview(request: "InOrganization", key: str) -> HttpResponse:
    """Show what numbers a pattern makes, while it is typed."""
    context = {"template": the_design(request, key).template, **preview_of(request.GET.get("pattern", ""))}
    return draw(
        request, "templates_editor/preview.html", context, fragments=["templates_editor/_number_preview.html"]
    )


def redrawn(
    request: "InOrganization", key: str, *, toast: Toast | None = None, failed: Failed | None = None
) -> HttpResponse:
    """Answer an act on a template: the designer where the visitor was, or the way back there without htmx."""
    where = where_of(request)
    if failed is None and (not wants_fragments(request) or is_on_its_own(request)):
        return go(request, address(request, key, where.tab))
    context = context_of(request, the_design(request, key), where, failed)
    status = failed.error.status if failed else 200
    return draw(
        request, "templates_editor/designer.html", context, fragments=PIECES, toast=toast, status=status
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
        "problems": [(problem, place_of(request, template.key, problem)) for problem in shown.problems],
        "palette": COLORS,
        "categories": CATEGORIES,
        "selected": selected_stage(definition, where.stage),
    }
    return context | OF_TAB[where.tab](request, shown, where)


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
