"""The orders a list of cases can stand in: along an index each, from where the last page ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cases.comparing import FieldTest
from cases.composing import NOTHING, Part, all_of, compose, value
from cases.finding import Order, Search
from cases.narrowing import COLUMNS, bounds, is_for_emptiness, passes
from cases.sieving import few_or_many, of_documents
from cases.ways import Way

Group = Sequence[FieldTest]
MINE_TOO = "{row}.organization_id = current_setting('casefy.organization')::uuid"
LOWEST, HIGHEST = UUID(int=0), UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Window:
    """The page that is asked for: of which search, behind which sort value and id, how many cases.

    `seen` are the cases that whoever asks may see, and `ways` lead to these alone (cases/ways.py).
    """

    search: Search
    after: list[Any] | None
    limit: int
    seen: Part
    ways: Sequence[Way]

    @property
    def order(self) -> Order:
        """Return what the list is sorted by."""
        return self.search.order

    @property
    def way(self) -> dict[str, str]:
        """Return the direction, and the sign for what lies beyond."""
        falls = self.order.is_descending
        return {"way": "DESC" if falls else "ASC", "beyond": "<" if falls else ">"}

    @property
    def follows_opening(self) -> bool:
        """Return whether the cases stand in the order of their opening, as the rows of each value do."""
        return self.order.field_id is None and self.order.by == "opened"


def own_tests(groups: Sequence[Group], order: Order) -> list[Group]:
    """Return the tests on the very field a list is sorted by: they are put to the row the list goes along."""
    return [g for g in groups if g[0].field_id == order.field_id and not is_for_emptiness(g[0])]


def in_order(where: Part, groups: Sequence[Group], window: Window, *, is_small: bool = False) -> Part:
    """Cases in the order asked for. `is_small` says that `where` names few cases by their ids."""
    if window.follows_opening and window.ways and not is_small:
        return _merged(all_of(where, *map(passes, groups)), window)
    where = all_of(where, window.seen)
    if window.order.field_id is None:
        ordered = _ordered_by_hold if window.order.by == "hold_until" else _ordered
        return ordered(all_of(where, *map(passes, groups)), window)
    own = own_tests(groups, window.order)
    lacks = [g for g in groups if g[0].field_id == window.order.field_id and g not in own]
    where = all_of(where, *(passes(group) for group in groups if group not in (*own, *lacks)))
    if lacks:
        where = where if not own else all_of(where, Part("FALSE"))
        return _lacking(where, window, is_small=is_small)
    return _ordered_by_field(where, [test for group in own for test in group], window, is_small=is_small)


def along(test: FieldTest, where: Part, window: Window) -> Part:
    """Cases with this value, read along the value's own index: a page costs the same, however many there are."""
    return compose(
        "SELECT {columns}, c.id AS k, c.id AS i FROM cases_value f JOIN cases_case c "
        "ON c.organization_id = f.organization_id AND c.id = f.case_id "
        "WHERE {where} ORDER BY f.case_id {way} LIMIT {limit}",
        columns=COLUMNS,
        where=all_of(
            _rows_of("f", test.field_id),
            bounds([test], "f"),
            _beyond("f.case_id", window) if window.after else NOTHING,
            where,
            window.seen,
        ),
        limit=value(window.limit),
        **window.way,
    )


def _rows_of(row: str, field_id: UUID | None) -> Part:
    return Part(f"{MINE_TOO.format(row=row)} AND {row}.field_id = %s", (field_id,))


def _beyond(column: str, window: Window) -> Part:
    assert window.after is not None
    return Part(f"{column} {window.way['beyond']} %s", (window.after[1],))


def _merged(where: Part, window: Window) -> Part:
    """Cases in the order of their opening: each way in this order by its index, and merged as far as the page goes.

    A guest's case may stand at the end of two ways: as their own, and as their team's.
    """
    read = [_ordered(all_of(where, way.clause), window, lead=way.lead) for way in window.ways]
    if len(read) == 1:
        return read[0]
    lead = window.ways[0].lead
    return compose(
        "SELECT {once} w.* FROM ({merged}) w ORDER BY {lead} w.i {way} LIMIT {limit}",
        once="" if lead else "DISTINCT ON (w.i)",
        merged=Part(" UNION ALL ".join(f"({each.text})" for each in read), sum((e.values for e in read), ())),
        lead=f"w.{lead.removeprefix('c.')} {window.way['way']}," if lead else "",
        limit=value(window.limit),
        way=window.way["way"],
    )


def _ordered(where: Part, window: Window, *, lead: str = "") -> Part:
    column = {"opened": "c.id", "changed": "c.changed_at", "number": "c.number"}[window.order.by]
    later = NOTHING
    if window.after and column == "c.id":
        later = _beyond(column, window)
    elif window.after:
        later = Part(f"({column}, c.id) {window.way['beyond']} (%s, %s)", tuple(window.after))
    return compose(
        "SELECT {columns}, {column} AS k, c.id AS i FROM cases_case c WHERE {where} ORDER BY {by} LIMIT {limit}",
        columns=COLUMNS,
        column=column,
        where=all_of(where, later),
        by=", ".join(f"{key} {window.way['way']}" for key in dict.fromkeys((lead, column, "c.id")) if key),
        limit=value(window.limit),
    )


def _ordered_by_hold(where: Part, window: Window) -> Part:
    """Cases with a day to look again first, in its order; then those without, newest first."""
    without = all_of(where, Part("c.hold_until IS NULL"))
    if window.after and window.after[0] is None:
        return _newest(all_of(without, Part("c.id < %s", (window.after[1],))), "date", window)
    later = NOTHING
    if window.after:
        later = Part(f"(c.hold_until, c.id) {window.way['beyond']} (%s, %s)", tuple(window.after))
    having = compose(
        "SELECT {columns}, c.hold_until AS k, c.id AS i FROM cases_case c WHERE {where} "
        "ORDER BY c.hold_until {way}, c.id {way} LIMIT {limit}",
        columns=COLUMNS,
        where=all_of(where, Part("c.hold_until IS NOT NULL"), later),
        limit=value(window.limit),
        way=window.way["way"],
    )
    return _one_behind_the_other(having, _newest(without, "date", window), window)


def _one_behind_the_other(having: Part, lacking: Part, window: Window) -> Part:
    both = "({having}) UNION ALL ({lacking}) LIMIT {limit}"
    return compose(both, having=having, lacking=lacking, limit=value(window.limit))


def _newest(where: Part, kind: str, window: Window) -> Part:
    """Cases without what the list is sorted by, newest first."""
    return compose(
        "SELECT {columns}, NULL::{kind} AS k, c.id AS i FROM cases_case c WHERE {where} "
        "ORDER BY c.id DESC LIMIT {limit}",
        columns=COLUMNS,
        kind=kind,
        where=where,
        limit=value(window.limit),
    )


def _ordered_by_field(where: Part, own: Sequence[FieldTest], window: Window, *, is_small: bool) -> Part:
    """Cases that have the value first, in its order; then those without, newest first."""
    if is_small:
        having = _few_having(where, own, window)
    else:
        having = (_having if window.order.ranks is None else _ranked)(where, own, window)
    if own:
        return having
    lacking = _lacking(where, window, is_small=is_small)
    if window.after and window.after[0] is None:
        return lacking
    return _one_behind_the_other(having, lacking, window)


def _having(where: Part, own: Sequence[FieldTest], window: Window) -> Part:
    key = f"s.{window.order.column}"
    later = NOTHING
    if window.after:
        later = Part(f"({key}, s.case_id) {window.way['beyond']} (%s, %s)", tuple(window.after))
    return compose(
        "SELECT {columns}, {key} AS k, c.id AS i FROM cases_value s JOIN cases_case c ON "
        "c.organization_id = s.organization_id AND c.id = s.case_id WHERE {where} "
        "ORDER BY {key} {way}, s.case_id {way} LIMIT {limit}",
        columns=COLUMNS,
        key=key,
        where=all_of(
            where, _rows_of("s", window.order.field_id), Part(f"{key} IS NOT NULL"), bounds(own, "s"), later
        ),
        limit=value(window.limit),
        **window.way,
    )


def _ranks(own: Sequence[FieldTest], window: Window) -> tuple[list[str], UUID | None]:
    """Return the keys that are still to come, in order, and the case behind which the first of them goes on."""
    assert window.order.ranks is not None
    keys = list(window.order.ranks)
    if window.order.is_descending:
        keys.reverse()
    wanted = {test.value for test in own if test.comparison == "is"}
    if not window.after or window.after[0] is None:
        return [key for key in keys if not wanted or wanted == {key}], None
    keys = keys[keys.index(window.after[0]) :]
    return [key for key in keys if not wanted or wanted == {key}], window.after[1]


def _ranked(where: Part, own: Sequence[FieldTest], window: Window) -> Part:
    """Cases in the order of what their value is called: key after key, each along the value's own index.

    The keys come sorted with the question, so that a page follows what people see: an option that was moved or a
    member who was renamed takes their cases with them, and not one of these is written for it.
    """
    keys, behind = _ranks(own, window)
    first = LOWEST if not window.order.is_descending else HIGHEST
    starts = [behind or first, *[first] * (len(keys) - 1)] if keys else []
    return compose(
        "SELECT k.* FROM (SELECT key, behind, place FROM unnest({keys}::text[], {starts}::uuid[]) WITH ORDINALITY "
        "AS r(key, behind, place) ORDER BY place) r CROSS JOIN LATERAL ("
        "SELECT {columns}, f.text AS k, c.id AS i FROM cases_value f JOIN cases_case c ON "
        "c.organization_id = f.organization_id AND c.id = f.case_id WHERE {where} AND f.text = r.key "
        "AND f.case_id {beyond} r.behind ORDER BY f.case_id {way} LIMIT {limit}) k "
        "ORDER BY r.place, k.i {way} LIMIT {limit}",
        columns=COLUMNS,
        keys=value(keys),
        starts=value(starts),
        where=all_of(where, _rows_of("f", window.order.field_id)),
        limit=value(window.limit),
        **window.way,
    )


def _few_having(where: Part, own: Sequence[FieldTest], window: Window) -> Part:
    """The same of few cases: each is asked for its value, and they are sorted."""
    keys, place, later = NOTHING, Part("f.k"), NOTHING
    if window.order.ranks is not None:
        coming, behind = _ranks(own, window)
        place = Part("array_position(%s::text[], f.k::text)", (coming,))
        keys = compose("{place} IS NOT NULL", place=place)
        if behind is not None:
            later = compose("({place} > 1 OR {beyond})", place=place, beyond=_beyond("c.id", window))
    elif window.after:
        later = Part(f"(f.k, c.id) {window.way['beyond']} (%s, %s)", tuple(window.after))
    return compose(
        "SELECT {columns}, f.k, c.id AS i FROM cases_case c CROSS JOIN LATERAL (SELECT v.{column} AS k "
        "FROM cases_value v WHERE v.organization_id = c.organization_id AND v.case_id = c.id AND {of} OFFSET 0) f "
        "WHERE {where} ORDER BY {place} {falling}, c.id {way} LIMIT {limit}",
        columns=COLUMNS,
        column=window.order.column,
        of=all_of(Part("v.field_id = %s", (window.order.field_id,)), bounds(own)),
        where=all_of(where, keys, Part("f.k IS NOT NULL"), later),
        place=place,
        falling="ASC" if keys else window.way["way"],
        limit=value(window.limit),
        way=window.way["way"],
    )


def _lacking(where: Part, window: Window, *, is_small: bool) -> Part:
    """Cases without a value in the field, newest first."""
    order = window.order
    assert order.field_id is not None
    test = FieldTest(order.field_id, order.column, "empty", True, order.since)
    if window.after and window.after[0] is None:
        where = all_of(where, Part("c.id < %s", (window.after[1],)))

    def newest(where: Part) -> Part:
        return _newest(
            where, {"text": "text", "number": "float8", "instant": "timestamptz"}[order.column], window
        )

    if is_small:
        return newest(all_of(where, passes([test])))
    return few_or_many(
        of_documents("lacks", window.search, words="", empties=[test]), where, few=newest, many=newest
    )
