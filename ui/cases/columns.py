"""The columns a list can have: those of every case, and the fields of the template that was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from cases.finding import UNSORTED, Order
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import KINDS

FIELDS_AT_FIRST = 2
SEVERAL = (
    "A case can hold several of these at once, so they give no order. Filter by one of them instead: Fields."
)
TELLING = frozenset({"choice", "choices", "money", "integer", "decimal", "date", "yes_no", "text"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` is the order a click asks for, empty where there is none; `sorted` is asc, desc or empty.

    `unsorted` says why a field is no order: a person would look for one.
    """

    key: str
    name: str
    is_shown: bool
    sort: str = ""
    sorted: str = ""
    field: Field | None = None
    unsorted: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether the cells stand at the end of the column."""
        return (
            self.field is not None
            and KINDS[self.field.kind].index == "number"
            and self.field.kind != "yes_no"
        )


_PLAIN = (
    ("number", "Number", True, "number"),
    ("title", "Title", True, ""),
    ("template", "Template", True, ""),
    ("stage", "Stage", True, ""),
    ("owner", "Owner", True, ""),
    ("team", "Team", False, ""),
    ("stage_entered_at", "In stage", True, ""),
    ("opened_at", "Opened", False, "opened"),
    ("changed_at", "Changed", True, "changed"),
    ("hold_until", "Look again", False, "hold_until"),
    ("external_ref", "Reference", False, ""),
)


def columns_of(given: QueryDict, template: TemplateView | None, order: Order) -> Sequence[Column]:
    """Return every column there is, the chosen ones marked as shown. The number always is."""
    chosen = set(given.getlist("col"))
    columns = []
    for key, name, at_first, sort in _PLAIN:
        if key == "template" and template is not None:
            continue
        shown = key in chosen or key == "number" if chosen else at_first
        columns.append(Column(key, name, shown, _turned(sort, order), _direction(sort, order)))
    if template is not None:
        columns[2:2] = _of_fields(template, chosen, order)
    return columns


def _of_fields(template: TemplateView, chosen: set[str], order: Order) -> list[Column]:
    known = template.definition.active_fields
    telling = [field for field in known if field.kind in TELLING and not field.is_personal]
    at_first = {field.key for field in telling[:FIELDS_AT_FIRST]}
    columns = []
    for field in template.definition.active_fields:
        key = f"field.{field.key}"
        shown = key in chosen if chosen else field.key in at_first
        sort, why = ("", SEVERAL) if field.kind in UNSORTED else (key, "")
        columns.append(
            Column(key, field.name, shown, _turned(sort, order), _direction(sort, order), field, why)
        )
    return columns


def _direction(sort: str, order: Order) -> str:
    if not sort or order.by != sort:
        return ""
    return "desc" if order.is_descending else "asc"


def _turned(sort: str, order: Order) -> str:
    """Return the order a click on the head asks for: rising first, then falling; instants the other way round."""
    if not sort:
        return ""
    direction = _direction(sort, order)
    if not direction:
        return f"-{sort}" if sort in ("opened", "changed") else sort
    return sort if direction == "desc" else f"-{sort}"
