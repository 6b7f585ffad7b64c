"""The form that opens a case: template first, then what that template needs from the start."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from casefy.errors import Forbidden, Refused
from cases.actions.opening import open_case
from templates_app.catalogue import TemplateView
from tenants.scope import reading
from ui.cases.desk import Desk, desk
from ui.cases.values import AskedValue, asked_value, typed_values
from ui.draw import draw, go
from ui.reading import id_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: "InOrganization") -> HttpResponse:
    """Show the form (GET, or POST with `redraw` when the template was changed), or open the case."""
    if request.method != "POST":
        return _asked_for(request)
    if "redraw" in request.POST:
        with reading():
            return _asked_for(request)
    return _open(request)


def _asked_for(request: "InOrganization") -> HttpResponse:
    at = desk(request)
    at.by.require("case.open", at.people.who_could)
    return _form(request, at)


def _open(request: "InOrganization") -> HttpResponse:
    posted = request.POST
    with reading():
        at = desk(request)
        template = at.known.by_key.get(posted.get("template", ""))
    # Where the template was changed a moment before, the form may still name fields of the other one.
    known = template.definition.field if template else lambda _key: None
    typed = {key: value for key, value in typed_values(posted).items() if known(key)}
    try:
        case = open_case(
            by=request.actor,
            template=posted.get("template", ""),
            title=posted.get("title", ""),
            values=typed,
            owner=id_or_none(posted.get("owner")),
            team=id_or_none(posted.get("team")),
            external_ref=posted.get("external_ref", "").strip() or None,
        )
    except Forbidden:
        raise  # the form is for those who may
    except Refused as error:
        with reading():
            return _form(request, desk(request), error)
    messages.success(request, f"{case.number} is open.")
    return go(request, at.address(case.number))


def _form(request: HttpRequest, at: Desk, error: Refused | None = None) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    choices = at.known.in_use()
    template = at.known.by_key.get(given.get("template", "")) or (choices[0] if choices else None)
    context: dict[str, Any] = {
        "here": "cases",
        "templates": [(each.key, each.name) for each in choices],
        "template": template,
        "typed": given,
        "error": error,
        "members": at.owner_choices(),
        "teams": at.team_choices,
    }
    if template is not None:
        context |= _asked(template, given, at, error)
    status = error.status if error else 200
    return draw(request, "cases/new.html", context, fragments=["cases/_new_case.html"], status=status)


def _asked(
    template: TemplateView, given: Any, at: Desk, error: Refused | None
) -> dict[str, list[AskedValue]]:
    """Return the fields needed from the start, and the others, which may wait."""
    definition = template.definition
    first = definition.first_stage
    needed = {field.key for field in definition.required_fields(first.key)} if first else set()
    typed = typed_values(given)
    wrong = error.fields if error else {}
    asked = [
        asked_value(field, None, at, typed=typed.get(field.key), error=wrong.get(field.key, ""),
                    required=field.key in needed)
        for field in definition.active_fields
    ]  # fmt: skip
    return {
        "needed": [each for each in asked if each.required],
        "others": [each for each in asked if not each.required],
        "others_open": [each for each in asked if not each.required and each.error],
    }
