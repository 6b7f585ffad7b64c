"""Two ways to a page of cases that fulfil something: by their ids where they are few, in the list's order where many.

The planner cannot choose: row-level security hides from it how frequent a word is, and the numbers of all fields
are one column to it. So both ways are written down, a count decides, and the way not taken costs nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.comparing import FieldTest
from cases.composing import NOTHING, Part, all_of, compose
from cases.finding import Search
from cases.narrowing import FOUND_AT_MOST, has_words, ids_of_words, passes


@dataclass(frozen=True, slots=True)
class Sieve:
    """A question whose answer may be short: `ids` asks for at least one more than `most` cases.

    `each` is asked of one case after the other where they are too many, `within` of the few on top. `name` is
    its own among the sieves of a statement.
    """

    name: str
    ids: Part
    most: int
    each: Part
    within: Part = NOTHING


def of_documents(name: str, search: Search, *, words: str, empties: Sequence[FieldTest]) -> Sieve:
    """Return the sieve for cases in which words stand, and that lack a value in each of some fields.

    What a document says of empty fields is a little more than the truth, so the cases are asked as well.
    """
    truly = all_of(*(passes([test]) for test in empties))
    each = all_of(has_words(words, empties), truly)
    return Sieve(name, ids_of_words(words, empties, search), FOUND_AT_MOST - 1, each, within=truly)


def few_or_many(
    sieve: Sieve, where: Part, *, few: Callable[[Part], Part], many: Callable[[Part], Part]
) -> Part:
    """Return the statement that counts, and then goes one of the two ways."""
    some = compose(
        "(SELECT n FROM {name}_count) <= {most} AND c.id = ANY(ARRAY(SELECT id FROM {name}))",
        name=sieve.name,
        most=str(sieve.most),
    )
    rest = Part(f"(SELECT n FROM {sieve.name}_count) > {sieve.most}")
    return compose(
        "WITH {name} AS MATERIALIZED ({ids}), {name}_count AS MATERIALIZED (SELECT count(*) AS n FROM {name}) "
        "({few}) UNION ALL ({many})",
        name=sieve.name,
        ids=sieve.ids,
        few=few(all_of(where, some, sieve.within)),
        many=many(all_of(where, rest, sieve.each)),
    )
