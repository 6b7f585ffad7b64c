"""What a screen or a client wants to know about cases: one statement each (see cases/statements.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from cases.composing import Part, all_of
from cases.cursors import read_cursor, write_cursor
from cases.finding import Search
from cases.machine import RUNNING, Standing
from cases.models import Case
from cases.narrowing import COLUMNS, MINE, seen_by
from cases.statements import PAGE, page_statement
from tenants.actor import Actor

MOST = 200
COUNTED_AT_MOST = 1000


@dataclass(slots=True)
class CaseRow:
    """A case as it is read: the columns of the row, for screens and clients. Not to be saved."""

    id: UUID
    organization_id: UUID
    template_id: UUID
    template_version_id: UUID
    number: str
    title: str
    status: str
    stage: str
    owner_id: UUID | None
    team_id: UUID | None
    data: dict[str, Any]
    version: int
    opened_at: datetime
    stage_entered_at: datetime
    stage_seconds: dict[str, float]
    changed_at: datetime
    hold_until: date | None
    hold_reason: str
    outcome: str
    closed_at: datetime | None
    external_ref: str | None

    @property
    def standing(self) -> Standing:
        """Return what `possible_moves` wants to know."""
        return Standing(self.status, self.stage, self.data)

    @property
    def is_running(self) -> bool:
        """Return whether the case is open or on hold."""
        return self.status in RUNNING


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases in order, and where to go on: `next` is a cursor, empty at the end."""

    rows: list[CaseRow]
    next: str


def case_by_id(case_id: UUID, by: Actor) -> CaseRow | None:
    """Return one case, or None where it is not there or not to be seen."""
    return _one("c.id = %s", [case_id], by)


def case_by_number(number: str, by: Actor) -> CaseRow | None:
    """Return one case by its number, or None where it is not there or not to be seen."""
    if "\x00" in number:  # Postgres takes no such text; it is nobody's number
        return None
    return _one("c.number = %s", [number], by)


def page_of_cases(search: Search, by: Actor, *, cursor: str = "", limit: int = PAGE) -> Page:
    """Return a page of the list asked for. Raises Invalid for a cursor that was not given out for it."""
    limit = max(1, min(limit, MOST))
    statement, values = page_statement(search, by, read_cursor(cursor, search.order), limit + 1)
    with connection.cursor() as sql:
        sql.execute(statement, values)
        found = sql.fetchall()
    rows = [read_row(row[:-2]) for row in found[:limit]]
    more = write_cursor(search.order, found[limit - 1]) if len(found) > limit else ""
    return Page(rows, more)


def _one(where: str, parameters: list[Any], by: Actor) -> CaseRow | None:
    wanted = all_of(Part(MINE), Part(where, tuple(parameters)), seen_by(by))
    with connection.cursor() as sql:
        sql.execute(f"SELECT {COLUMNS} FROM cases_case c WHERE {wanted.text}", wanted.values)
        row = sql.fetchone()
    return read_row(row) if row else None


def row_of(case: Case) -> CaseRow:
    """Return the case that an act left, as screens read it."""
    return CaseRow(*(getattr(case, column.name) for column in fields(CaseRow)))


def read_row(row: Sequence[Any]) -> CaseRow:
    """Return the case in a row of COLUMNS."""
    values = list(row)
    values[10], values[14] = orjson.loads(values[10]), orjson.loads(values[14])
    return CaseRow(*values)
