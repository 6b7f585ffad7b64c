"""What a column holds, learned from every value of the file in one pass with bounded memory."""

import re
import sys
from dataclasses import dataclass, field
from typing import Literal

from cases.logs.instants import InstantReader

Kind = Literal[
    "text", "long_text", "integer", "decimal", "date", "datetime", "yes_no", "choice", "email", "url"
]

MAX_OPTIONS = 50
MAX_OPTION_CHARACTERS = 80
MAX_TEXT_CHARACTERS = 200
MAX_EXAMPLE_CHARACTERS = 80
_ROWS_PER_OPTION = 4
_REMEMBERED = 2_000
REMEMBERED_BYTES = 32 << 20
_PLACE_BYTES = 80  # what a set takes for a member, beside the member
YES = frozenset({"true", "yes", "y", "ja", "oui", "si"})
NO = frozenset({"false", "no", "n", "nein", "non"})
_INTEGER = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
# A leading zero or a plus sign means that the digits are a name (a postcode, a phone number), not an amount.
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}", re.ASCII)
_HAS_CLOCK = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_URL = re.compile(r"https?://[^\s/]\S*")
_LONGEST_ADDRESS = 2_000
_CANDIDATES: tuple[Kind, ...] = ("yes_no", "integer", "decimal", "date", "datetime", "email", "url")


@dataclass(slots=True)
class Room:
    """How many bytes the columns of a file may remember together. What finds no room is learned again each time."""

    left: int = REMEMBERED_BYTES

    def takes(self, value: str) -> bool:
        """Whether there was room for the value; it is taken then."""
        size = sys.getsizeof(value) + _PLACE_BYTES
        if size > self.left:
            return False
        self.left -= size
        return True


@dataclass(slots=True)
class ColumnProfile:
    """What one column was seen to hold. `distinct` holds them in order, None once too many or too long for options."""

    name: str
    filled: int = 0
    longest: int = 0
    has_line_breaks: bool = False
    distinct: dict[str, None] | None = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    possible: list[Kind] = field(default_factory=lambda: list(_CANDIDATES))
    seen: set[str] = field(default_factory=set)
    room: Room = field(default_factory=Room)

    def learn(self, value: str, moments: InstantReader) -> None:
        """Learn from a value that is not among the `seen` ones; whoever calls counts `filled`."""
        if len(self.seen) < _REMEMBERED and len(value) <= MAX_TEXT_CHARACTERS and self.room.takes(value):
            self.seen.add(value)
        if self.distinct is not None:
            self.distinct[value] = None
            if len(self.distinct) > MAX_OPTIONS or len(value) > MAX_TEXT_CHARACTERS:
                self.distinct = None
        self.longest = max(self.longest, len(value))
        self.has_line_breaks = self.has_line_breaks or "\n" in value or "\r" in value
        if len(self.examples) < 3:
            self.examples.append(value[:MAX_EXAMPLE_CHARACTERS])
        if self.possible:
            self.possible = [kind for kind in self.possible if fits(kind, value, moments)]

    def kind(self) -> Kind:
        """The narrowest kind that every value of the file fits."""
        if self.filled and self.possible:
            return self.possible[0]
        if self._is_choice():
            return "choice"
        return "long_text" if self.longest > MAX_TEXT_CHARACTERS or self.has_line_breaks else "text"

    def _is_choice(self) -> bool:
        if not self.distinct or self.longest > MAX_OPTION_CHARACTERS or self.has_line_breaks:
            return False
        return self.filled >= _ROWS_PER_OPTION * len(self.distinct)


def fits(kind: Kind, value: str, moments: InstantReader) -> bool:
    """Whether a text can be read as a value of the kind and be written back as the same value."""
    if kind == "yes_no":
        return value.lower() in YES or value.lower() in NO
    if kind in ("integer", "decimal"):
        return bool((_INTEGER if kind == "integer" else _DECIMAL).fullmatch(value))
    if kind in ("date", "datetime"):
        return _is_moment(value, moments, has_clock=kind == "datetime")
    if kind in ("email", "url"):
        pattern = _EMAIL if kind == "email" else _URL
        return len(value) <= _LONGEST_ADDRESS and bool(pattern.fullmatch(value))
    return True


def _is_moment(value: str, moments: InstantReader, *, has_clock: bool) -> bool:
    if not (_HAS_CLOCK.search(value) if has_clock else _DAY.fullmatch(value)):
        return False
    try:
        moments.read(value)
    except ValueError:
        return False
    return True
