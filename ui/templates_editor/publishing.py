"""The dialog in which a draft is put into force."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from casefy.errors import Refused
from templates_app.actions.publishing import publish_template
from templates_app.queries import Design
from tenants.scope import reading
from ui.cases.desk import desk
from ui.draw import Toast
from ui.reading import number_or_none
from ui.templates_editor.acts import meanwhile
from ui.templates_editor.designing import redrawn, the_design
from ui.templates_editor.sheets import sheet
from ui.templates_editor.tabs import running

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: "InOrganization", key: str) -> HttpResponse:
    """Show what would change, or publish."""
    if request.method != "POST":
        request.actor.require("template.publish", desk(request).people.who_could)
        return _sheet(request, the_design(request, key), "")
    with reading():
        shown = the_design(request, key)
    note = request.POST.get("note", "")
    try:
        published = publish_template(
            by=request.actor,
            template_id=shown.template.id,
            note=note,
            expected_version=number_or_none(request.POST.get("expected_version")),
        )
    except Refused as error:
        with reading():
            return _sheet(request, the_design(request, key), note, error, meanwhile(shown, error))
    number = published.published.number if published.published else 0
    with reading():
        return redrawn(request, key, toast=Toast(f"Version {number} is in force"))


def _sheet(
    request: "InOrganization",
    shown: Design,
    note: str,
    error: Refused | None = None,
    since: Sequence[str] = (),
) -> HttpResponse:
    context = {"design": shown, "note": note, **running(request.actor, shown)}
    return sheet(request, "publish", "Publish", context, of=shown, error=error, since=since)
