"""Pages of a list, the newest first, by keyset: a page begins behind the last row of the one before it."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Newest(Generic[Row]):
    """A page, and the id behind which the next one begins: None at the end."""

    rows: list[Row]
    older: UUID | None


def newest_first(rows: QuerySet[Row], *, before: UUID | None = None, limit: int = 50) -> Newest[Row]:
    """Return the newest rows, or the newest of those made before the one with this id. One statement.

    For rows whose ids are made by casefy/ids.py: they sort by the time of their making.
    """
    behind = rows.filter(pk__lt=before) if before else rows
    found = list(behind.order_by("-pk")[: limit + 1])
    return Newest(found[:limit], found[limit - 1].pk if len(found) > limit else None)
