"""The list of templates, the dialog that makes one, and the one that says how it is presented."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from casefy.errors import Refused
from templates_app.actions.creating import create_template, describe_template
from templates_app.definition import COLORS
from templates_app.gallery import gallery
from templates_app.queries import Design, listed_templates
from tenants.scope import reading
from ui.cases.desk import desk
from ui.draw import draw, go
from ui.reading import number_or_none
from ui.templates_editor.acts import meanwhile
from ui.templates_editor.designing import redrawn, the_design
from ui.templates_editor.files import faults_of, sent_text
from ui.templates_editor.places import address
from ui.templates_editor.sheets import sheet

if TYPE_CHECKING:
    from ui.entering import InOrganization

STARTS = ("blank", "gallery", "file")
ICONS = (
    "workflow", "handshake", "message-square-warning", "shopping-cart", "truck", "package", "wrench", "bug",
    "shield", "scale", "gavel", "landmark", "banknote", "receipt", "credit-card", "file-text", "folder",
    "clipboard-list", "calendar", "clock", "phone", "mail", "users", "user-plus", "briefcase", "building-2",
    "factory", "stethoscope", "heart-pulse", "graduation-cap", "book-open", "house", "car", "plane", "leaf",
    "flask-conical", "megaphone", "lightbulb", "rocket", "flag", "star", "key-round", "life-buoy", "globe",
)  # fmt: skip


@require_safe
def templates(request: "InOrganization") -> HttpResponse:
    """Show the organization's templates, and the gallery to begin with."""
    request.actor.require("template.view", desk(request).people.who_could)
    rows = listed_templates()
    context = {
        "here": "templates",
        "rows": [row for row in rows if row.template.state != "retired"],
        "retired": [row for row in rows if row.template.state == "retired"],
        "gallery": gallery(),
        "can_edit": request.actor.may("template.edit"),
    }
    return draw(
        request, "templates_editor/list.html", context, fragments=["templates_editor/_templates.html"]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: "InOrganization") -> HttpResponse:
    """Show the ways to begin, or make the template."""
    if request.method != "POST":
        request.actor.require("template.edit", desk(request).people.who_could)
        return _new_sheet(
            request, {"start": request.GET.get("start", "blank"), "from": request.GET.get("from", "")}
        )
    posted = request.POST
    typed = {name: posted.get(name, "") for name in ("start", "from", "name", "yaml")}
    example = typed["from"] or next(iter(gallery()))
    try:
        if typed["start"] == "file":
            typed["yaml"] = sent_text(request)
        template = create_template(
            by=request.actor,
            name=typed["name"],
            gallery=example if typed["start"] == "gallery" else "",
            yaml=typed["yaml"] if typed["start"] == "file" else "",
        )
    except Refused as error:
        with reading():
            return _new_sheet(request, typed, error)
    messages.success(request, f"{template.name} is ready to be designed.")
    return go(request, address(request, template.key))


def _new_sheet(
    request: "InOrganization", typed: dict[str, str], error: Refused | None = None
) -> HttpResponse:
    start = typed.get("start", "")
    context = {
        "typed": typed | {"start": start if start in STARTS else "blank"},
        "gallery": gallery(),
        "faults": faults_of(error) if error and "yaml" in error.fields else [],
    }
    return sheet(request, "new_template", "New template", context, error=error)


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: "InOrganization", key: str) -> HttpResponse:
    """Show how a template is presented, or change it."""
    if request.method != "POST":
        request.actor.require("template.edit", desk(request).people.who_could)
        shown = the_design(request, key)
        row = shown.template
        typed = {"name": row.name, "description": row.description, "icon": row.icon, "color": row.color}
        return _about_sheet(request, shown, typed)
    typed = {name: request.POST.get(name, "") for name in ("name", "description", "icon", "color")}
    with reading():
        shown = the_design(request, key)
    try:
        describe_template(
            by=request.actor,
            template_id=shown.template.id,
            expected_version=number_or_none(request.POST.get("expected_version")),
            **typed,
        )
    except Refused as error:
        with reading():
            return _about_sheet(request, the_design(request, key), typed, error, meanwhile(shown, error))
    with reading():
        return redrawn(request, key)


def _about_sheet(
    request: "InOrganization", shown: Design, typed: dict[str, str], error: Refused | None = None,
    since: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    icons = ICONS if typed["icon"] in ICONS else (typed["icon"], *ICONS)
    context = {"typed": typed, "icons": icons, "palette": COLORS}
    return sheet(request, "about", "Name and look", context, of=shown, error=error, since=since)
