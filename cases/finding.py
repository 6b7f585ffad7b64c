"""What somebody looks for: filters, order and page of a list of cases, read from plain parameters.

The same parameters serve the list's address in the browser and the API:
`template=onboarding&status=running&stage=review&owner=me&q=smith&field.region=R3&sort=-field.amount`.
A field takes a value, or a comparison: `field.amount.gte=100`, `.lte`, `.starts`, `.empty=true`. The day to look again
at a case on hold takes `hold_until.gte` and `hold_until.lte`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Any
from uuid import UUID

from casefy.errors import Invalid
from cases.comparing import DAY, Column, FieldTest, field_in, read_tests
from cases.machine import RUNNING
from templates_app.catalogue import Catalogue, TemplateView
from templates_app.values import KINDS, Place, Unfit, ranks_of
from templates_app.values.unfit import written

STATUSES = ("open", "on_hold", "closed", "cancelled")
ORDERS = ("opened", "changed", "number", "hold_until")
HOLD_BOUNDS = ("hold_until.gte", "hold_until.lte")
LONGEST_WORDS = 200
UNSORTED = frozenset({"choices"})


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: a column of the case, or a field's row in the typed index.

    `ranks` are the keys of what can be chosen in the order people see them, where a field holds such keys.
    """

    by: str = "opened"
    is_descending: bool = True
    field_id: UUID | None = None
    column: Column = "text"
    ranks: tuple[str, ...] | None = None
    since: int = 1

    @property
    def text(self) -> str:
        """Return the order as it stands in an address."""
        return f"{'-' if self.is_descending else ''}{self.by}"


@dataclass(frozen=True, slots=True)
class Search:
    """A list of cases somebody asks for."""

    template: TemplateView | None = None
    external_ref: str = ""
    statuses: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    owner: UUID | None = None
    is_unowned: bool = False
    team: UUID | None = None
    is_teamless: bool = False
    hold_from: date | None = None
    hold_to: date | None = None
    words: str = ""
    tests: tuple[FieldTest, ...] = ()
    order: Order = made(default_factory=Order)


def read_search(
    given: Mapping[str, str],
    known: Catalogue,
    place: Place,
    me: UUID | None,
    *,
    statuses: tuple[str, ...] = (),
) -> Search:
    """Return what the parameters ask for. Raises Invalid, naming each parameter that makes no sense.

    `statuses` is what is shown when no status is asked for; empty means every one.
    """
    wrong: dict[str, str] = {}
    template = _template(given, known, wrong)
    search = Search(
        template=template,
        external_ref=_external_ref(given.get("external_ref", ""), template, wrong),
        statuses=_statuses(given.get("status", ""), wrong) or statuses,
        stages=_stages(given.get("stage", ""), template, wrong),
        owner=_person(given.get("owner", ""), me, "owner", wrong),
        is_unowned=given.get("owner") == "none",
        team=_person(given.get("team", ""), None, "team", wrong),
        is_teamless=given.get("team") == "none",
        hold_from=_day(given, "hold_until.gte", wrong),
        hold_to=_day(given, "hold_until.lte", wrong),
        words=_words(given.get("q", ""), wrong),
        tests=read_tests(given, template, place, wrong),
        order=_order(given.get("sort", ""), template, place, wrong),
    )
    if wrong:
        raise Invalid("The list cannot be made this way.", code="bad_filter", fields=wrong)
    return search


def _template(given: Mapping[str, str], known: Catalogue, wrong: dict[str, str]) -> TemplateView | None:
    key = given.get("template", "")
    if key and key not in known.by_key:
        wrong["template"] = "There is no such template."
    return known.by_key.get(key)


def _external_ref(text: str, template: TemplateView | None, wrong: dict[str, str]) -> str:
    if text and template is None:
        wrong["external_ref"] = "Choose a template first: references are unique within one."
    return _written("external_ref", text, wrong)


def _written(name: str, text: str, wrong: dict[str, str]) -> str:
    try:
        return written(text)
    except Unfit as unfit:
        wrong[name] = str(unfit)
        return ""


def _words(text: str, wrong: dict[str, str]) -> str:
    if len(text) > LONGEST_WORDS:
        wrong["q"] = f"Shorten this to {LONGEST_WORDS} characters."
        return ""
    return _written("q", text, wrong)


def _statuses(text: str, wrong: dict[str, str]) -> tuple[str, ...]:
    if text == "all":
        return STATUSES
    if text == "running":
        return tuple(sorted(RUNNING))
    chosen = tuple(part for part in text.split(",") if part)
    if not set(chosen) <= set(STATUSES):
        wrong["status"] = f"Use {', '.join(STATUSES)}, running or all."
    return chosen


def _stages(text: str, template: TemplateView | None, wrong: dict[str, str]) -> tuple[str, ...]:
    chosen = tuple(part for part in text.split(",") if part)
    if chosen and template is None:
        wrong["stage"] = "Choose a template first: stages belong to templates."
    elif template is not None and any(template.definition.stage(key) is None for key in chosen):
        wrong["stage"] = "The template has no such stage."
    return chosen


def _person(text: str, me: UUID | None, name: str, wrong: dict[str, str]) -> UUID | None:
    if text in ("", "none"):
        return None
    if text == "me" and me is not None:
        return me
    try:
        return UUID(text)
    except ValueError:
        wrong[name] = f"Give the id of a {'member, me' if name == 'owner' else name} or none."
        return None


def _day(given: Mapping[str, str], name: str, wrong: dict[str, str]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as the thirtieth of February
    wrong[name] = "Give a day of the calendar, such as 2030-01-31."
    return None


def _order(text: str, template: TemplateView | None, place: Place, wrong: dict[str, str]) -> Order:
    if not text:
        return Order()
    name = text.removeprefix("-")
    if name in ORDERS:
        return Order(name, text.startswith("-"))
    known = field_in(template, name.removeprefix("field.")) if name.startswith("field.") else None
    if known is None or template is None:
        wrong["sort"] = f"Sort by {', '.join(ORDERS)} or by field.KEY of the chosen template."
        return Order()
    field, field_id = known
    if field.kind in UNSORTED:
        wrong["sort"] = f"{field.name} holds several values: a list cannot be sorted by it."
        return Order()
    column: Any = KINDS[field.kind].index
    ranks, since = ranks_of(field, place), template.since(field_id)
    return Order(name, text.startswith("-"), field_id, column, ranks, since)
