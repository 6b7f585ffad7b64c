"""The statements of a page of a list of cases: each is made for an index, keyset paging alone.

They are written out; `tests/cases/test_plans.py` holds each to its index.
"""

from dataclasses import replace
from typing import Any

from cases.comparing import FieldTest
from cases.finding import Order, Search
from cases.index import as_query
from cases.knowing import people
from tenants.actor import Actor

PAGE = 50
FOUND_AT_MOST = 1000
FEW = 500  # so many cases are fetched and sorted in a few milliseconds
COLUMNS = (
    "c.id, c.organization_id, c.template_id, c.template_version_id, c.number, c.title, c.status, c.stage, "
    "c.owner_id, c.team_id, c.data::text, "
    "c.version, c.opened_at, c.stage_entered_at, c.stage_seconds::text, c.changed_at, c.hold_until, "
    "c.hold_reason, c.outcome, c.closed_at, c.external_ref"
)
# Written out, so that the planner can prove that the partial indexes over running cases apply.
IS_RUNNING = "c.status IN ('on_hold', 'open')"
MINE = "c.organization_id = current_setting('casefy.organization')::uuid"


def page_statement(
    search: Search, by: Actor, after: list[Any] | None = None, limit: int = PAGE + 1
) -> tuple[str, list[Any]]:
    """Return the statement of a page of a list, and its parameters."""
    leader = _leader(search)
    if leader is not None:
        where, parameters = _where(_without(search, leader), by)
        return _along(leader, search.order, where, parameters, after, limit)
    if search.order.field_id is not None:
        return _ordered_by_field(search, by, after, limit)
    ranged = next((test for test in search.tests if test.comparison not in ("is", "empty")), None)
    if ranged is not None:
        where, parameters = _where(_without(search, ranged), by)
        return _few_or_many(ranged, search.order, where, parameters, after, limit)
    where, parameters = _where(search, by)
    return _ordered(search.order, where, parameters, after, limit)


def _without(search: Search, test: FieldTest) -> Search:
    return replace(search, tests=tuple(other for other in search.tests if other is not test))


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


def _where(search: Search, by: Actor) -> tuple[str, list[Any]]:
    seen, parameters = seen_by(by)
    where = f"{MINE}{seen}"
    if search.template is not None:
        where, parameters = f"{where} AND c.template_id = %s", [*parameters, search.template.id]
    if search.statuses:
        # Written out, so that the planner can prove the partial indexes over running cases apply.
        where += f" AND c.status IN ({', '.join(repr(str(status)) for status in sorted(search.statuses))})"
    where += " AND c.owner_id IS NULL" * search.is_unowned + " AND c.team_id IS NULL" * search.is_teamless
    for clause, wanted in (
        # One stage is said as such: the board's index then holds the cases in the order asked for.
        ("c.stage = %s", search.stages[0] if len(search.stages) == 1 else None),
        ("c.stage = ANY(%s)", list(search.stages) if len(search.stages) > 1 else None),
        ("c.external_ref = %s", search.external_ref),
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


def _field_clause(comparison: str, column: str, row: str = "v") -> tuple[str, Any]:
    if comparison == "empty":
        return "", lambda _: []
    if comparison == "starts":
        return f" AND {row}.text >= %s AND {row}.text < %s", lambda value: [value, value + "\U0010ffff"]
    return f" AND {row}.{column} {_COMPARED[comparison]} %s", lambda value: [value]


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


def _few_or_many(
    test: FieldTest, order: Order, where: str, parameters: list[Any], after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
    """Cases whose value lies in a range. Few are taken by their ids; where there are many, the list's own order finds
    a page of them soon. The planner cannot tell: the numbers of all fields are one column to it.
    """
    clause, value = _field_clause(test.comparison, test.column)
    bounds = [test.field_id, *value(test.value)]
    few, first = _ordered(
        order,
        f"{where} AND (SELECT n FROM counted) <= {FEW} AND c.id = ANY(ARRAY(SELECT case_id FROM few))",
        parameters,
        after,
        limit,
    )
    many, second = _ordered(
        order,
        f"{where} AND (SELECT n FROM counted) > {FEW} AND (SELECT TRUE FROM cases_value v WHERE "
        f"v.organization_id = c.organization_id AND v.case_id = c.id AND v.field_id = %s{clause} LIMIT 1)",
        [*parameters, *bounds],
        after,
        limit,
    )
    statement = (
        f"WITH few AS MATERIALIZED (SELECT v.case_id FROM cases_value v WHERE v.organization_id = "
        f"current_setting('casefy.organization')::uuid AND v.field_id = %s{clause} LIMIT {FEW + 1}), "
        f"counted AS MATERIALIZED (SELECT count(*) AS n FROM few) ({few}) UNION ALL ({many})"
    )
    return statement, [*bounds, *first, *second]


def _ordered(
    order: Order, where: str, parameters: list[Any], after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
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
    search: Search, by: Actor, after: list[Any] | None, limit: int
) -> tuple[str, list[Any]]:
    """Cases that have the value first, in its order; then those without, newest first.

    Tests on the very field are put to the row the list goes along; what is not there passes none of them.
    """
    order = search.order
    own = [test for test in search.tests if test.field_id == order.field_id and test.comparison != "empty"]
    where, parameters = _where(replace(search, tests=tuple(t for t in search.tests if t not in own)), by)
    way, beyond = ("DESC", "<") if order.is_descending else ("ASC", ">")
    key = f"s.{order.column}"
    with_value, first = "", list[Any]()
    for test in own:
        clause, value = _field_clause(test.comparison, test.column, "s")
        with_value, first = f"{with_value}{clause}", [*first, *value(test.value)]
    without, second = "", list[Any]()
    if after and after[0] is not None:
        with_value, first = f"{with_value} AND ({key}, s.case_id) {beyond} (%s, %s)", [*first, *after]
    elif after:
        without, second = " AND c.id < %s", [after[1]]
    having = (
        f"(SELECT {COLUMNS}, {key} AS k, c.id AS i FROM cases_value s JOIN cases_case c ON "
        f"c.organization_id = s.organization_id AND c.id = s.case_id WHERE {where} AND s.field_id = %s "
        f"AND s.organization_id = current_setting('casefy.organization')::uuid AND {key} IS NOT NULL"
        f"{with_value} ORDER BY {key} {way}, s.case_id {way} LIMIT %s)"
    )
    if own:
        return having, [*parameters, order.field_id, *first, limit]
    lacking = (
        f"(SELECT {COLUMNS}, NULL AS k, c.id AS i FROM cases_case c WHERE {where} AND NOT EXISTS "
        "(SELECT 1 FROM cases_value s WHERE s.organization_id = c.organization_id AND s.case_id = c.id "
        f"AND s.field_id = %s AND {key} IS NOT NULL){without} ORDER BY c.id DESC LIMIT %s)"
    )
    if after and after[0] is None:
        return lacking, [*parameters, order.field_id, *second, limit]
    values = [*parameters, order.field_id, *first, limit, *parameters, order.field_id, limit]
    return f"{having} UNION ALL {lacking} LIMIT %s", [*values, limit]
