"""What narrows a list of cases down: clauses over the case's row `c`, and over the rows `v` of the typed index."""

from collections.abc import Iterable, Sequence
from typing import Any

from cases.comparing import FieldTest
from cases.composing import NOTHING, Part, all_of, compose
from cases.finding import Search
from cases.index import as_query, without_query
from cases.knowing import people
from tenants.actor import Actor

FEW = 500  # so many cases are fetched and sorted in a few milliseconds
FOUND_AT_MOST = 1000  # what the finder gives out in one go
# Written out, so that the planner can prove that the partial indexes over running cases apply.
IS_RUNNING = "c.status IN ('on_hold', 'open')"
MINE = "c.organization_id = current_setting('casefy.organization')::uuid"
COLUMNS = (
    "c.id, c.organization_id, c.template_id, c.template_version_id, c.number, c.title, c.status, c.stage, "
    "c.owner_id, c.team_id, c.data::text, "
    "c.version, c.opened_at, c.stage_entered_at, c.stage_seconds::text, c.changed_at, c.hold_until, "
    "c.hold_reason, c.outcome, c.closed_at, c.external_ref"
)


def seen_by(by: Actor) -> Part:
    """Return the clause for the cases an actor may see; NOTHING for whoever may see them all."""
    if by.may("case.view"):
        return NOTHING
    if not by.may("case.view_assigned"):
        return Part("FALSE")
    teams = list(people(by).teams_of(by.member_id))
    return Part("(c.owner_id = %s OR c.team_id = ANY(%s))", (by.member_id, teams))


def narrowed(search: Search) -> Part:
    """Return the clause over the case's own columns: template, status, stage, owner and team. Not who asks."""
    stages = search.stages
    return all_of(
        Part(MINE),
        Part("c.template_id = %s", (search.template.id,)) if search.template else NOTHING,
        # Written out for the planner, as IS_RUNNING is.
        Part(f"c.status IN ({', '.join(repr(str(status)) for status in sorted(search.statuses))})")
        if search.statuses
        else NOTHING,
        # One stage is said as such: the board's index then holds the cases in the order asked for.
        Part("c.stage = %s", (stages[0],)) if len(stages) == 1 else NOTHING,
        Part("c.stage = ANY(%s)", (list(stages),)) if len(stages) > 1 else NOTHING,
        Part("c.external_ref = %s", (search.external_ref,)) if search.external_ref else NOTHING,
        _held_by("c.owner_id", search.owner, search.is_unowned),
        _held_by("c.team_id", search.team, search.is_teamless),
        Part("c.hold_until >= %s", (search.hold_from,)) if search.hold_from else NOTHING,
        Part("c.hold_until <= %s", (search.hold_to,)) if search.hold_to else NOTHING,
    )


def _held_by(column: str, whose: Any, is_nobodys: bool) -> Part:
    if is_nobodys:
        return Part(f"{column} IS NULL")
    return Part(f"{column} = %s", (whose,)) if whose else NOTHING


_COMPARED = {"is": "=", "gte": ">=", "lte": "<="}


def bounds(tests: Iterable[FieldTest], row: str = "v") -> Part:
    """Return the clause over a row of the typed index that passes all these tests of one field."""
    return all_of(*(_bound(test, row) for test in tests))


def _bound(test: FieldTest, row: str) -> Part:
    if test.comparison == "empty":  # and it is asked that it be not
        return Part(f"{row}.{test.column} IS NOT NULL")
    if test.comparison == "starts":
        return Part(f"{row}.text >= %s AND {row}.text < %s", (test.value, test.value + "\U0010ffff"))
    bound = Part(f"{row}.{test.column} {_COMPARED[test.comparison]} %s", (test.value,))
    return all_of(bound, Part(f"{row}.text = %s", (test.currency,))) if test.currency else bound


def is_for_emptiness(test: FieldTest) -> bool:
    """Return whether a test is passed by having no value."""
    return test.comparison == "empty" and bool(test.value)


def passes(tests: Sequence[FieldTest]) -> Part:
    """Return the clause that a case passes all these tests of one field, asked of one case after the other.

    OFFSET 0 keeps the planner from turning it round and reading all the field's values first.
    """
    does = "NOT EXISTS" if is_for_emptiness(tests[0]) else "EXISTS"
    bound = NOTHING if is_for_emptiness(tests[0]) else bounds(tests)
    return compose(
        "{does} (SELECT 1 FROM cases_value v WHERE v.organization_id = c.organization_id "
        "AND v.case_id = c.id AND {of} OFFSET 0)",
        does=does,
        of=all_of(Part("v.field_id = %s", (tests[0].field_id,)), bound),
    )


def by_field(tests: Iterable[FieldTest]) -> list[tuple[FieldTest, ...]]:
    """Return the tests in groups that one row of the index, or its absence, must pass."""
    groups: dict[tuple[Any, ...], list[FieldTest]] = {}
    for test in tests:  # a field of several choices has a row for each value that is asked for
        alike = test.value if test.comparison == "is" else is_for_emptiness(test)
        groups.setdefault((test.field_id, test.comparison == "is", alike), []).append(test)
    return [tuple(group) for group in groups.values()]


def ids_of_values(tests: Sequence[FieldTest]) -> Part:
    """Return the question for the cases that pass these tests of one field; it stops where there are many."""
    return compose(
        "SELECT v.case_id AS id FROM cases_value v WHERE v.organization_id = "
        "current_setting('casefy.organization')::uuid AND {of} LIMIT {most}",
        of=all_of(Part("v.field_id = %s", (tests[0].field_id,)), bounds(tests)),
        most=str(FEW + 1),
    )


def ids_of_words(words: str, empties: Sequence[FieldTest], search: Search) -> Part:
    """Return the question for the newest cases, up to FOUND_AT_MOST, whose documents fulfil all of this.

    Every case without a value in these fields is among them; see cases/index.py.
    """
    template = search.template.id if search.template else None
    query = _query(words, empties)
    return Part(f"SELECT finder.cases(%s, %s, {FOUND_AT_MOST}) AS id", (query, template))


def has_words(words: str, empties: Sequence[FieldTest]) -> Part:
    """Return the clause that a case's document fulfils all of this, asked of one case after the other."""
    return Part("(SELECT c.document @@ to_tsquery('simple', %s))", (_query(words, empties),))


def _query(words: str, empties: Sequence[FieldTest]) -> str:
    asked = [as_query(words)] if words else []
    asked += [without_query(test.field_id, test.since) for test in empties]
    return " & ".join(f"({query})" for query in asked) if all(asked) else ""
