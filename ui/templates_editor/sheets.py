"""The designer's dialogs: one form each, drawn alone or over the page it was opened from."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from casefy.errors import Refused
from templates_app.queries import Design
from ui.draw import draw
from ui.templates_editor.places import address

if TYPE_CHECKING:
    from ui.entering import InOrganization


def sheet(
    request: "InOrganization",
    name: str,
    title: str,
    context: Mapping[str, Any],
    *,
    of: Design | None = None,
    error: Refused | None = None,
    since: Sequence[str] = (),
) -> HttpResponse:
    """Draw the sheet `name` about the template that is designed, if one is; again with why it was refused.

    `since` says what others changed meanwhile.
    """
    fragment = f"templates_editor/_{name}.html"
    about = {"template": of.template, "home": address(request, of.template.key)} if of else {}
    drawn = {"here": "templates", "sheet": fragment, "sheet_title": title, "error": error, "meanwhile": since}
    status = error.status if error else 200
    whole = {**drawn, **about, **context}
    return draw(request, "templates_editor/sheet.html", whole, fragments=[fragment], status=status)
