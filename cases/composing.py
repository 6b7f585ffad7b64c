"""Statements put together from parts: each carries the values of its marks, so that no two can get out of step."""

from string import Formatter
from typing import Any, NamedTuple


class Part(NamedTuple):
    """A piece of a statement, and the values that its marks (%s) stand for, in order."""

    text: str
    values: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Part("")


def value(given: Any) -> Part:
    """Return a mark that stands for this value."""
    return Part("%s", (given,))


def compose(text: str, **parts: Part | str) -> Part:
    """Return the text with each {name} replaced by its part; the parts' values follow in the order of the text."""
    written: list[str] = []
    values: list[Any] = []
    for literal, name, _, _ in Formatter().parse(text):
        written.append(literal)
        if name is not None:
            part = parts[name]
            if isinstance(part, Part):
                written.append(part.text)
                values += part.values
            else:
                written.append(part)
    return Part("".join(written), tuple(values))


def all_of(*clauses: Part) -> Part:
    """Return the clause that every one of these is true; those that say nothing are left out."""
    said = [clause for clause in clauses if clause]
    return Part(
        " AND ".join(clause.text for clause in said), tuple(v for clause in said for v in clause.values)
    )
