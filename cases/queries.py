"""What a screen or a client wants to know about cases: one statement each, keyset paging alone.

The statements are written out, because each is made for an index: see `tests/cases/test_plans.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from cases.comparing import FieldTest
from cases.cursors import read_cursor, write_cursor
from cases.finding import Order, Search
from cases.index import as_query
from cases.knowing import people
from cases.machine import RUNNING, Standing
from tenants.actor import Actor

PAGE = 50
MOST = 200
FOUND_AT_MOST = 1000
COUNTED_AT_MOST = 1000

COLUMNS = (
    "c.id, c.organization_id, c.template_id, c.template_version_id, c.number, c.title, c.status, c.stage, "
    "c.owner_id, c.team_id, c.data::text, "
    "c.version, c.opened_at, c.stage_entered_at, c.stage_seconds::text, c.changed_at, c.hold_until, "
    "c.hold_reason, c.outcome, c.closed_at, c.external_ref"
)
# Written out, so that the planner can prove that the partial indexes over running cases apply.
IS_RUNNING = "c.status IN ('on_hold', 'open')"
MINE = "c.organization_id = current_setting('casefy.organization')::uuid"


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


def page_statement(
    search: Search, by: Actor, after: list[Any] | None = None, limit: int = PAGE + 1
) -> tuple[str, list[Any]]:
    """Return the statement of a page of a list, and its parameters."""
    leader = _leader(search)
    where, parameters = _where(search, by, leader)
    if leader is not None:
        return _along(leader, search.order, where, parameters, after, limit)
    return _ordered(search.order, where, parameters, after, limit)


def _one(where: str, parameters: list[Any], by: Actor) -> CaseRow | None:
    seen, more = seen_by(by)
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT {COLUMNS} FROM cases_case c WHERE {MINE} AND {where}{seen}", [*parameters, *more]
        )
        row = sql.fetchone()
    return read_row(row) if row else None


def read_row(row: Sequence[Any]) -> CaseRow:
    """Return the case in a row of COLUMNS."""
    values = list(row)
    values[10], values[14] = orjson.loads(values[10]), orjson.loads(values[14])
    return CaseRow(*values)


def seen_by(by: Actor) -> tuple[str, list[Any]]:
    """Return the clause, with its parameters, for the cases an actor may see."""
    if by.may("case.view"):
        return "", []
    if not by.may("case.view_assigned"):
        return " AND FALSE", []
    return " AND (c.owner_id = %s OR c.team_id = ANY(%s))", [
        by.member_id,
        list(people(by).teams_of(by.member_id)),
    ]


def _leader(search: Search) -> FieldTest | None:
    """Return the test whose index rows a page can be read along: they stand in the order of the cases' opening."""
    if search.order.field_id is not None or search.order.by != "opened":
        return None
    return next((test for test in search.tests if test.comparison == "is"), None)


def _where(search: Search, by: Actor, leader: FieldTest | None) -> tuple[str, list[Any]]:
    seen, parameters = seen_by(by)
    where = f"{MINE}{seen}"
    if search.template is not None:
        where, parameters = f"{where} AND c.template_id = %s", [*parameters, search.template.id]
    if search.statuses:
        # Written out, so that the planner can prove the partial indexes over running cases apply.
        where += f" AND c.status IN ({', '.join(repr(str(status)) for status in sorted(search.statuses))})"
    where += " AND c.owner_id IS NULL" * search.is_unowned + " AND c.team_id IS NULL" * search.is_teamless
    for clause, wanted in (
        ("c.stage = ANY(%s)", list(search.stages)),
        ("c.owner_id = %s", None if search.is_unowned else search.owner),
        ("c.team_id = %s", None if search.is_teamless else search.team),
    ):
        if wanted:
            where, parameters = f"{where} AND {clause}", [*parameters, wanted]
    if search.words:
        template = search.template.id if search.template else None
        where += " AND c.id = ANY(ARRAY(SELECT finder.cases(%s, %s, %s)))"
        parameters = [*parameters, as_query(search.words), template, FOUND_AT_MOST]
    for test in search.tests:
        if test is leader:
            continue
        clause, values = _tested(test)
        where, parameters = f"{where} AND {clause}", [*parameters, *values]
    return where, parameters


def _tested(test: FieldTest) -> tuple[str, list[Any]]:
    clause, value = _field_clause(test.comparison, test.column)
    negated = "NOT " if test.comparison == "empty" and test.value else ""
    exists = (
        f"{negated}EXISTS (SELECT 1 FROM cases_value v WHERE v.organization_id = c.organization_id "
        f"AND v.case_id = c.id AND v.field_id = %s{clause})"
    )
    return exists, [test.field_id, *value(test.value)]


_COMPARED = {"is": "=", "gte": ">=", "lte": "<="}


def _field_clause(comparison: str, column: str) -> tuple[str, Any]:
    if comparison == "empty":
        return "", lambda _: []
    if comparison == "starts":
        return " AND v.text >= %s AND v.text < %s", lambda value: [value, value + "\U0010ffff"]
    return f" AND v.{column} {_COMPARED[comparison]} %s", lambda value: [value]


def _along(
    test: FieldTest, order: Order, where: str, parameters: list[Any], after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
    """Cases with this value, read along the value's own index: a page costs the same, however many there are."""
    way, beyond = ("DESC", "<") if order.is_descending else ("ASC", ">")
    first = [test.field_id, test.value]
    if after:
        first.append(after[1])
    statement = (
        f"SELECT {COLUMNS}, c.id AS k, c.id AS i FROM cases_value f JOIN cases_case c "
        "ON c.organization_id = f.organization_id AND c.id = f.case_id "
        "WHERE f.organization_id = current_setting('casefy.organization')::uuid "
        f"AND f.field_id = %s AND f.{test.column} = %s{f' AND f.case_id {beyond} %s' if after else ''} AND {where} "
        f"ORDER BY f.case_id {way} LIMIT %s"
    )
    return statement, [*first, *parameters, limit]


def _ordered(
    order: Order, where: str, parameters: list[Any], after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
    if order.field_id is not None:
        return _ordered_by_field(order, where, parameters, after, limit)
    column = {"opened": "c.id", "changed": "c.changed_at", "number": "c.number"}[order.by]
    way, beyond = ("DESC", "<") if order.is_descending else ("ASC", ">")
    keys = column if column == "c.id" else f"{column}, c.id"
    if after:
        where = f"{where} AND ({keys}) {beyond} ({'%s' if column == 'c.id' else '%s, %s'})"
        parameters = [*parameters, *([after[1]] if column == "c.id" else after)]
    by = f"c.id {way}" if column == "c.id" else f"{column} {way}, c.id {way}"
    statement = (
        f"SELECT {COLUMNS}, {column} AS k, c.id AS i FROM cases_case c WHERE {where} ORDER BY {by} LIMIT %s"
    )
    return statement, [*parameters, limit]


def _ordered_by_field(
    order: Order, where: str, parameters: list[Any], after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
    """Cases that have the value first, in its order; then those without, newest first."""
    way, beyond = ("DESC", "<") if order.is_descending else ("ASC", ">")
    key = f"s.{order.column}"
    with_value, first = "", list[Any]()
    without, second = "", list[Any]()
    if after and after[0] is not None:
        with_value, first = f" AND ({key}, s.case_id) {beyond} (%s, %s)", after
    elif after:
        without, second = " AND c.id < %s", [after[1]]
    having = (
        f"(SELECT {COLUMNS}, {key} AS k, c.id AS i FROM cases_value s JOIN cases_case c ON "
        f"c.organization_id = s.organization_id AND c.id = s.case_id WHERE {where} AND s.field_id = %s "
        f"AND s.organization_id = current_setting('casefy.organization')::uuid AND {key} IS NOT NULL"
        f"{with_value} ORDER BY {key} {way}, s.case_id {way} LIMIT %s)"
    )
    lacking = (
        f"(SELECT {COLUMNS}, NULL AS k, c.id AS i FROM cases_case c WHERE {where} AND NOT EXISTS "
        "(SELECT 1 FROM cases_value s WHERE s.organization_id = c.organization_id AND s.case_id = c.id "
        f"AND s.field_id = %s AND {key} IS NOT NULL){without} ORDER BY c.id DESC LIMIT %s)"
    )
    if after and after[0] is None:
        return lacking, [*parameters, order.field_id, *second, limit]
    values = [*parameters, order.field_id, *first, limit, *parameters, order.field_id, limit]
    return f"{having} UNION ALL {lacking} LIMIT %s", [*values, limit]
