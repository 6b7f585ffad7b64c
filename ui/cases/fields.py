"""Fields edited in place, one at a time, and the title."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from casefy.errors import Conflict, Missing, Refused
from cases.actions.changing import TITLE, change_fields
from cases.queries import CaseRow, row_of
from tenants.scope import reading
from ui.cases.desk import Desk, case_numbered, desk
from ui.cases.page import PIECES, context_of
from ui.cases.values import asked_value, needed_next, shown_value, typed_values
from ui.draw import Fragment, Toast, draw
from ui.reading import number_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization


@dataclass(frozen=True, slots=True)
class TitleForm:
    """The title as somebody typed it."""

    typed: str
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: "InOrganization", number: str, key: str) -> HttpResponse:
    """Show one field's form (GET), close it again (`close`), or save what it says (POST)."""
    if request.method == "POST":
        return _save(request, number, key)
    case = case_numbered(request, number)
    context = context_of(request, case)
    piece = _piece(case, key, desk(request), is_open="close" not in request.GET)
    return draw(request, "cases/case.html", context, fragments=[piece])


@require_http_methods(["GET", "HEAD", "POST"])
def title(request: "InOrganization", number: str) -> HttpResponse:
    """Show the title's form (GET), close it again (`close`), or save it (POST)."""
    if request.method == "POST":
        return _save_title(request, number)
    case = case_numbered(request, number)
    form = None if "close" in request.GET else TitleForm(case.title)
    return draw(request, "cases/case.html", context_of(request, case), fragments=[_title(form)])


def _save(request: "InOrganization", number: str, key: str) -> HttpResponse:
    typed = typed_values(request.POST)
    expected = number_or_none(request.POST.get("expected_version"))
    try:
        left = _change(request, number, key, expected, values={key: typed.get(key)})
    except Refused as error:
        with reading():
            now = case_numbered(request, number)
            meanwhile = _meanwhile(error, key)
            piece = _piece(
                now, key, desk(request), is_open=True, typed=typed.get(key), meanwhile=meanwhile,
                error="" if meanwhile else error.fields.get(key, error.message),
            )  # fmt: skip
            return draw(
                request, "cases/case.html", context_of(request, now), fragments=[piece], status=error.status
            )
    with reading():
        pieces: list[str | Fragment] = [_piece(left, key, desk(request), is_open=False), *PIECES]
        return draw(request, "cases/case.html", context_of(request, left), fragments=pieces)


def _save_title(request: "InOrganization", number: str) -> HttpResponse:
    typed, expected = request.POST.get("title", ""), number_or_none(request.POST.get("expected_version"))
    try:
        left = _change(request, number, TITLE, expected, title=typed)
    except Refused as error:
        with reading():
            now = case_numbered(request, number)
            form = TitleForm(typed, error.fields.get("title", f"{error.message} It now reads “{now.title}”."))
            return draw(
                request,
                "cases/case.html",
                context_of(request, now),
                fragments=[_title(form)],
                status=error.status,
            )
    with reading():
        context = context_of(request, left)
        return draw(
            request, "cases/case.html", context, fragments=[_title(None), *PIECES], toast=Toast("Title saved")
        )


def _change(request: "InOrganization", number: str, key: str, expected: int | None, **what: Any) -> CaseRow:
    """Change it; where others changed other things meanwhile, that is no reason to refuse this."""
    try:
        return row_of(change_fields(by=request.actor, case_id=number, expected_version=expected, **what))
    except Conflict as error:
        if error.code != "stale" or not error.details["is_whole"] or key in error.details["fields"]:
            raise
        now = error.details["version"]
        return row_of(change_fields(by=request.actor, case_id=number, expected_version=now, **what))


def _meanwhile(error: Refused, key: str) -> list[str]:
    """Return what became of the field meanwhile, in sentences; none where the refusal has another cause."""
    if error.code != "stale":
        return []
    change = error.details["fields"].get(key)
    if change is None:
        return [error.message]
    before, after = change["before"] or "–", change["after"] or "–"
    return [f"{change['by']} changed {change['name']} from {before} to {after}."]


def _title(form: TitleForm | None) -> Fragment:
    return Fragment("cases/title.html", "title", {"title_form": form}, swap="outerHTML")


def _piece(
    case: CaseRow, key: str, at: Desk, *, is_open: bool, typed: Any = None, error: str = "",
    meanwhile: Sequence[str] = (),
) -> Fragment:  # fmt: skip
    definition = at.template_of(case).definition
    found = definition.field(key)
    if found is None:
        raise Missing("The template has no such field.", code="no_such_field")
    stored = case.data.get(key)
    context = {
        "value": shown_value(found, stored, needed_next(definition, case).get(key, ""), at),
        "asked": asked_value(found, stored, at, typed=typed, error=error) if is_open else None,
        "meanwhile": meanwhile,
    }
    return Fragment("cases/_value.html", f"value-{key}", context, swap="outerHTML")
