"""Numbers of cases: patterns such as `PO-{year}-{number:05}`. No database.

Counting starts again in every period the pattern names: with `{year}` every year, with `{month}` every
month, with `{day}` every day; without any of them it never starts again.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LONGEST_PATTERN = 60
_TOKEN = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"[A-Za-z0-9._#-]*")
_NUMBER = re.compile(r"number(?::0?([1-9]))?")
_CALENDAR = ("year", "month", "day")


class UnreadablePattern(ValueError):
    """The pattern cannot number cases; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A parsed pattern: literal text and tokens in order. `width` is the least number of digits."""

    text: str
    parts: tuple[tuple[str, str], ...]
    width: int

    @property
    def names(self) -> frozenset[str]:
        """The tokens used: some of year, month, day, number."""
        return frozenset(value for kind, value in self.parts if kind == "token")

    @property
    def prefix(self) -> str:
        """The literal text in front."""
        kind, value = self.parts[0]
        return value if kind == "literal" else ""

    def period(self, on: date) -> str:
        """The key of the counter for this day: "" (one for ever), "2026", "2026-03" or "2026-03-31"."""
        if "day" in self.names:
            return on.isoformat()
        if "month" in self.names:
            return on.isoformat()[:7]
        return on.isoformat()[:4] if "year" in self.names else ""

    def render(self, number: int, on: date) -> str:
        """The case's number, such as `PO-2026-00017`. `on` is the day in the organization's time zone."""
        year, month, day = on.isoformat().split("-")
        known = {"year": year, "month": month, "day": day, "number": f"{number:0{self.width}d}"}
        return "".join(value if kind == "literal" else known[value] for kind, value in self.parts)


@lru_cache(maxsize=1024)
def parse_pattern(text: str) -> NumberPattern:
    """Read a pattern. Raises UnreadablePattern with a sentence that names the remedy."""
    if not text.strip():
        raise UnreadablePattern("The number pattern is empty. Write for example PO-{year}-{number:05}.")
    if len(text) > LONGEST_PATTERN:
        raise UnreadablePattern(f"The number pattern is too long. Use at most {LONGEST_PATTERN} characters.")
    parts: list[tuple[str, str]] = []
    width, end = 0, 0
    for token in _TOKEN.finditer(text):
        _add_literal(parts, text[end : token.start()])
        end = token.end()
        number = _NUMBER.fullmatch(token[1])
        if number:
            width = int(number[1] or 1)
            parts.append(("token", "number"))
        elif token[1] in _CALENDAR:
            parts.append(("token", token[1]))
        else:
            raise UnreadablePattern(
                f"{token[0]} is not known. Use {{year}}, {{month}}, {{day}}, {{number}} or {{number:05}}."
            )
    _add_literal(parts, text[end:])
    pattern = NumberPattern(text, tuple(parts), width)
    _demand_unique_numbers(pattern)
    return pattern


def _add_literal(parts: list[tuple[str, str]], text: str) -> None:
    if "{" in text or "}" in text:
        raise UnreadablePattern("A curly bracket is not closed or not opened. Write for example {number:05}.")
    if not _LITERAL.fullmatch(text):
        raise UnreadablePattern("Outside of the brackets use letters, digits and - . _ # alone, no spaces.")
    if text:
        parts.append(("literal", text))


def _demand_unique_numbers(pattern: NumberPattern) -> None:
    tokens = [value for kind, value in pattern.parts if kind == "token"]
    if "number" not in tokens:
        raise UnreadablePattern("Two cases would get the same number. Add {number} or {number:05}.")
    if len(tokens) != len(set(tokens)):
        raise UnreadablePattern("A part is used twice. Use each of {year}, {month}, {day} and {number} once.")
    if "month" in tokens and "year" not in tokens:
        raise UnreadablePattern("Numbers would repeat every year. Add {year} beside {month}.")
    if "day" in tokens and "month" not in tokens:
        raise UnreadablePattern("Numbers would repeat every month. Add {month} beside {day}.")


def may_collide(one: NumberPattern, other: NumberPattern) -> bool:
    """Whether two patterns, counting on their own, could ever give two cases the same number."""
    first, second = one.prefix, other.prefix
    if not first.startswith(second) and not second.startswith(first):
        return False
    return _shape(one) == _shape(other)


def _shape(pattern: NumberPattern) -> str:
    # Numbers that are equal are equal with every run of digits written as one 9 as well.
    return re.sub(
        r"[0-9]+", "9", "".join(value if kind == "literal" else "9" for kind, value in pattern.parts)
    )
