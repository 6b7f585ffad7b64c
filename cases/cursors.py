"""The cursor of a list: where its next page begins, as text that only this list takes back."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from casefy.errors import Invalid
from cases.finding import Order


def write_cursor(order: Order, row: Sequence[Any]) -> str:
    """Return the cursor behind a row whose last two columns are the sort value and the case's id."""
    key, id_ = row[-2], row[-1]
    if _column(order) == "id":
        key = None
    elif isinstance(key, date):  # an instant, or a day
        key = key.isoformat()
    given = orjson.dumps([order.text, key, str(id_)])
    return base64.urlsafe_b64encode(given).decode().rstrip("=")


def read_cursor(cursor: str, order: Order) -> list[Any] | None:
    """Return the sort value and the case's id behind which a page begins, or None for the first page.

    Raises Invalid for a cursor that was not given out for this order.
    """
    if not cursor:
        return None
    try:
        text, key, id_ = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if text != order.text:
            raise ValueError("another order's cursor")
        return [_READ[_column(order)](key, order), UUID(id_)]
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(
            "This page of the list cannot be found.",
            code="bad_cursor",
            fields={"cursor": "Use the cursor just as the last page gave it, with the same order."},
        ) from error


def _column(order: Order) -> str:
    if order.field_id is not None:
        return order.column
    return {"opened": "id", "changed": "instant", "number": "text", "hold_until": "day"}[order.by]


def _may_lack(order: Order) -> bool:
    return order.field_id is not None or order.by == "hold_until"


def _nothing(key: Any, _order: Order) -> None:
    if key is not None:
        raise TypeError("the id alone orders this list")


def _text(key: Any, order: Order) -> str | None:
    if key is None and _may_lack(order):
        return None
    if not isinstance(key, str) or "\x00" in key:
        raise TypeError("not a text")
    if order.ranks is not None and key not in order.ranks:
        raise ValueError("none of the keys this list is sorted by")
    return key


def _number(key: Any, order: Order) -> float | None:
    if key is None and _may_lack(order):
        return None
    if isinstance(key, bool) or not isinstance(key, int | float):
        raise TypeError("not a number")
    return float(key)


def _instant(key: Any, order: Order) -> datetime | None:
    if key is None and _may_lack(order):
        return None
    instant = datetime.fromisoformat(key)
    if instant.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return instant


def _day(key: Any, _order: Order) -> date | None:
    return None if key is None else date.fromisoformat(key)


_READ: Mapping[str, Callable[[Any, Order], Any]] = {
    "id": _nothing,
    "text": _text,
    "number": _number,
    "instant": _instant,
    "day": _day,
}
