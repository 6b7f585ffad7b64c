"""Tests on the values of fields, read from plain parameters such as `field.amount.gte=100`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import KINDS, Place, Unfit, fold, index_terms, is_empty, read
from templates_app.values.numbers import currency_in
from templates_app.values.unfit import written

Column = Literal["text", "number", "instant"]

_CHOSEN = ("is", "empty")
_MEASURED = ("is", "gte", "lte", "empty")
_WRITTEN = ("is", "starts", "gte", "lte", "empty")
_KINDS_CHOSEN = frozenset({"choice", "choices", "member", "yes_no"})
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"[-+\u22120-9., \u00a0\u202f']+")
_YES, _NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A test on one field's row in the typed index. `since` is the template's version that brought the field.

    An amount may be asked for in one `currency`, folded as the index holds it; empty stands for any.
    """

    field_id: UUID
    column: Column
    comparison: str
    value: Any
    since: int = 1
    currency: str = ""


def comparisons_of(field: Field) -> tuple[str, ...]:
    """Return how values of a field can be compared: some of is, starts, gte, lte and empty."""
    if field.kind in _KINDS_CHOSEN:
        return _CHOSEN
    return _WRITTEN if KINDS[field.kind].index == "text" else _MEASURED


def read_tests(
    given: Mapping[str, str], template: TemplateView | None, place: Place, wrong: dict[str, str]
) -> tuple[FieldTest, ...]:
    """Return the tests among the parameters; those that make no sense go to `wrong`, with the remedy."""
    tests: list[FieldTest] = []
    for name, text in given.items():
        if not name.startswith("field.") or text == "":
            continue
        key, _, comparison = name.removeprefix("field.").partition(".")
        try:
            tests += _of_one_currency(_tests(key, comparison or "is", text, template, place), tests)
        except Unfit as unfit:
            wrong[name] = str(unfit)
    return tuple(tests)


def _of_one_currency(more: list[FieldTest], tests: list[FieldTest]) -> list[FieldTest]:
    """Return more tests. Raises Unfit where a field would be asked for in two currencies: no amount is in both."""
    for test in more:
        asked = {each.currency for each in [test, *tests] if each.field_id == test.field_id and each.currency}
        if len(asked) > 1:
            either = " or ".join(sorted(currency.upper() for currency in asked))
            raise Unfit(f"Ask for amounts in one currency: {either}.")
    return more


def field_in(template: TemplateView | None, key: str) -> tuple[Field, UUID] | None:
    """Return a field of the template and its id in the index, or None where it has no such field."""
    found = template.definition.field(key) if template else None
    if template is None or found is None or key not in template.field_ids:
        return None
    return found, template.field_ids[key]


def _tests(
    key: str, comparison: str, text: str, template: TemplateView | None, place: Place
) -> list[FieldTest]:
    if template is None:
        raise Unfit("Choose a template first: fields belong to templates.")
    known = field_in(template, key)
    if known is None:
        raise Unfit("The template has no such field.")
    field, field_id = known
    if comparison not in comparisons_of(field):
        raise Unfit(f"Use {', '.join(comparisons_of(field))}.")
    column: Any = KINDS[field.kind].index
    since = template.since(field_id)
    currency = _currency(field, comparison, text)
    bounds = _bounds(field, comparison, text, place)
    return [FieldTest(field_id, column, *bound, since, currency) for bound in bounds]


def _currency(field: Field, comparison: str, text: str) -> str:
    """Return the currency an amount is asked for in; one that does not exist is refused where the amount is read."""
    if field.kind != "money" or comparison == "empty":
        return ""
    return fold(currency_in(text))


def _bounds(field: Field, comparison: str, text: str, place: Place) -> list[tuple[str, Any]]:
    if comparison == "empty":
        return [("empty", _yes_or_no(text))]
    if comparison == "starts":
        return [("starts", fold(written(text)))]
    text = str(read(field.kind, text))
    if field.kind == "datetime" and DAY.fullmatch(text.strip()):
        return _within_day(comparison, text.strip(), place)
    return [(comparison, _term(field, text, place))]


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise Unfit("Use true or false.")
    return text.lower() in _YES


def _within_day(comparison: str, text: str, place: Place) -> list[tuple[str, Any]]:
    """A day asked of an instant is the whole day where the organization is."""
    try:
        start = datetime.combine(date.fromisoformat(text), time(), place.zone)
        end = start + timedelta(days=1) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise Unfit(f"{text} is not in the calendar. Check day and month.") from None
    return {"gte": [("gte", start)], "lte": [("lte", end)]}.get(comparison, [("gte", start), ("lte", end)])


def _term(field: Field, text: str, place: Place) -> Any:
    """Return the index's form of a value. Options and members that are gone can still be looked for."""
    if is_empty(text):
        raise Unfit("Give a value to compare with.")
    raw: Any = [text] if field.kind == "choices" else text
    if field.kind == "money" and _AMOUNT.fullmatch(text):
        # Any number of decimals will do to compare with: the index holds amounts, whatever the currency.
        field = Field(field.key, field.name, "decimal")
    stored = KINDS[field.kind].clean(field, raw, place)
    column = KINDS[field.kind].index
    values = [value for term in index_terms(field, stored) if (value := getattr(term, column)) is not None]
    if not values:
        raise Unfit("Give a value to compare with.")
    return values[0]
