"""The list of cases: filters, columns and order stand in its address, so a view can be kept and shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from casefy.errors import Invalid
from casefy.writing import writing
from cases.finding import HOLD_BOUNDS, Search, read_search
from cases.machine import RUNNING
from cases.queries import Page, page_of_cases
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import KINDS, Typed
from templates_app.values.numbers import currency_in
from ui.cases.cells import Cells
from ui.cases.columns import columns_of
from ui.cases.desk import Desk, desk
from ui.draw import draw
from ui.reading import day_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization

PIECES = ("cases/_list.html", "cases/_list_crumbs.html", "cases/_list_tools.html")
STATUS_CHOICES = (
    ("running", "Running"),
    ("on_hold", "On hold"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
    ("all", "All"),
)
NOT_A_FILTER = frozenset({"cursor", "col", "sort", "status"})


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """A field one can filter by, with what is asked of it now."""

    field: Field
    name: str
    given: str
    at_least: str
    at_most: str
    is_empty: bool
    choices: Sequence[tuple[str, str]]
    way: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    text: str
    without: str


@require_safe
def cases(request: "InOrganization") -> HttpResponse:
    """Show the cases somebody looks for."""
    at = desk(request)
    given = request.GET
    wrong: Mapping[str, str] = {}
    search, found = Search(), Page([], "")
    try:
        typed = {name: Typed(given[name], writing()) for name in given if given[name]}
        search = read_search(typed, at.known, at.place, at.by.member_id, statuses=tuple(sorted(RUNNING)))
        found = page_of_cases(search, at.by, cursor=given.get("cursor", ""))
    except Invalid as error:
        wrong = error.fields
    context = _context(given, at, search, found) | {"wrong": wrong}
    return draw(request, "cases/list.html", context, fragments=PIECES, status=422 if wrong else 200)


def _context(given: QueryDict, at: Desk, search: Search, found: Page) -> dict[str, Any]:
    # A search that makes no sense is still about its template: what is wrong can be mended where it was asked.
    template = search.template or at.known.by_key.get(given.get("template", ""))
    status = given.get("status") or "running"
    columns = columns_of(given, template, search.order)
    shown = [column for column in columns if column.is_shown]
    cells = Cells(shown, at)
    return {
        "here": "cases",
        "given": given,
        "template": template,
        "templates": [(each.key, each.name) for each in at.known.by_key.values()],
        "stages": [(each.key, each.name) for each in template.definition.stages] if template else [],
        "statuses": STATUS_CHOICES,
        "status": status,
        "status_words": dict(STATUS_CHOICES).get(status, status).lower(),
        "people_choices": [("me", "Me"), ("none", "Nobody"), *at.member_choices],
        "team_choices": at.team_choices,
        "field_filters": _field_filters(given, template, at),
        "hold_bounds": [given.get(name, "") for name in HOLD_BOUNDS],
        "chips": _chips(given, template, at),
        "columns": shown,
        "all_columns": columns,
        "unseen_order": next((column for column in columns if column.sorted and not column.is_shown), None),
        "rows": [(case.id, cells.row(case)) for case in found.rows],
        "older": _address(given, cursor=found.next) if found.next else "",
        "first_page": _address(given, cursor=""),
        "is_filtered": any(value and name not in NOT_A_FILTER for name, value in given.items()),
    }


def _field_filters(given: QueryDict, template: TemplateView | None, at: Desk) -> list[FieldFilter]:
    if template is None:
        return []
    return [
        FieldFilter(
            field=field,
            name=f"field.{field.key}",
            given=given.get(f"field.{field.key}", "") or given.get(f"field.{field.key}.starts", ""),
            at_least=given.get(f"field.{field.key}.gte", ""),
            at_most=given.get(f"field.{field.key}.lte", ""),
            is_empty=given.get(f"field.{field.key}.empty", "") == "true",
            choices=_choices(field, at),
            way=_way(field),
        )
        for field in template.definition.active_fields
    ]


def _way(field: Field) -> str:
    if field.kind in ("choice", "choices", "yes_no", "member"):
        return "choose"
    if field.kind in ("date", "datetime"):
        return "days"
    return "range" if KINDS[field.kind].index == "number" else "starts"


def _choices(field: Field, at: Desk) -> Sequence[tuple[str, str]]:
    if field.kind == "member":
        return at.member_choices
    if field.kind == "yes_no":
        return (("yes", "Yes"), ("no", "No"))
    return [(option.key, option.name) for option in field.options]


_COMPARED = {"gte": "at least", "lte": "at most", "starts": "begins with"}


def _chips(given: QueryDict, template: TemplateView | None, at: Desk) -> list[Chip]:
    chips = []
    if reference := given.get("external_ref", ""):
        chips.append(Chip(f"Reference is {reference}", _address(given, external_ref="")))
    for name, words in zip(HOLD_BOUNDS, ("from", "until"), strict=True):
        if day := day_or_none(given.get(name)):
            said = f"Look again {words} {writing().write_day(day)}"
            chips.append(Chip(said, _address(given, **{name: ""})))
    for name in given:
        value = str(given[name])
        if not name.startswith("field.") or not value or template is None:
            continue
        key, _, comparison = name.removeprefix("field.").partition(".")
        field = template.definition.field(key)
        said = f"{field.name if field else key} {_said(field, comparison, value, at)}"
        chips.append(Chip(said, _address(given, **{name: ""})))
    return chips


def _said(field: Field | None, comparison: str, value: str, at: Desk) -> str:
    if comparison == "empty":
        return "is empty" if value == "true" else "is not empty"
    words = dict(_choices(field, at)).get(value, value) if field else value
    if field and _way(field) == "days" and (day := day_or_none(value)):
        words = writing().write_day(day)
    if field and field.kind == "money" and not currency_in(value):
        words = f"{value} in any currency"
    return f"{_COMPARED.get(comparison, 'is')} {words}"


def _address(given: QueryDict, **changed: str) -> str:
    """Return the list's address with some parameters changed, empty ones left out, and from the first page on."""
    address = given.copy()
    address.pop("cursor", None)
    for name, value in changed.items():
        address[name] = value
    for name in [name for name, values in address.lists() if not any(values)]:
        del address[name]
    return f"?{address.urlencode()}"
