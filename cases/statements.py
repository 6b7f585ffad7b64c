"""The statements of a page of a list of cases: each is made for an index, keyset paging alone.

They are written out; `tests/cases/test_plans.py` holds each to its index.
"""

from collections.abc import Sequence
from typing import Any

from cases.composing import Part, all_of
from cases.finding import Search
from cases.narrowing import FEW, by_field, ids_of_values, is_for_emptiness, narrowed, passes, seen_by
from cases.ordering import Group, Window, along, in_order
from cases.sieving import Sieve, few_or_many, of_documents
from cases.ways import ways_of
from tenants.actor import Actor

PAGE = 50


def page_statement(
    search: Search, by: Actor, after: list[Any] | None = None, limit: int = PAGE + 1
) -> tuple[str, list[Any]]:
    """Return the statement of a page of a list, and its parameters."""
    window = Window(search, after, limit, seen_by(by), ways_of(search, by))
    where, groups = narrowed(search), by_field(search.tests)
    # What is not there in the field the list is sorted by is the end of the list, not a test.
    empties = [g[0] for g in groups if is_for_emptiness(g[0]) and g[0].field_id != search.order.field_id]
    groups = [group for group in groups if group[0] not in empties]
    if search.words or empties:
        page = few_or_many(
            of_documents("found", search, words=search.words, empties=empties),
            where,
            few=lambda some: in_order(some, groups, window, is_small=True),
            many=lambda most: _sifted(most, groups, window),
        )
    else:
        page = _sifted(where, groups, window)
    return page.text, list(page.values)


def _sifted(where: Part, groups: Sequence[Group], window: Window) -> Part:
    """Cases that pass their tests: one of the tests decides how the page is read."""
    chosen = _selective([g for g in groups if g[0].field_id != window.order.field_id], window)
    if chosen is None:
        return _walked(where, groups, window)
    rest = [group for group in groups if group is not chosen]
    return few_or_many(
        Sieve("valued", ids_of_values(chosen), FEW, passes(chosen)),
        where,
        few=lambda some: in_order(some, rest, window, is_small=True),
        many=lambda most: _walked(most, rest, window),
    )


def _selective(groups: Sequence[Group], window: Window) -> Group | None:
    """Return the test that may leave few cases and that no page can be read along."""
    ranged = next((group for group in groups if group[0].comparison != "is"), None)
    if ranged is not None or window.follows_opening:
        return ranged
    return groups[0] if groups else None


def _walked(where: Part, groups: Sequence[Group], window: Window) -> Part:
    """Cases in the list's own order; along a value that they shall have, since those stand in the order of opening."""
    leader = next((group for group in groups if group[0].comparison == "is"), None)
    if leader is None or not window.follows_opening:
        return in_order(where, groups, window)
    rest = (passes(group) for group in groups if group is not leader)
    return along(leader[0], all_of(where, *rest), window)
