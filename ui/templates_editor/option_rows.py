"""A list of options in a form: rows with name, color and key, changed on the server without losing what was typed.

A button named `redraw` carries the command: `add`, `drop:2`, `up:2`, `down:2`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from templates_app.definition import Option


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One row as typed. `key` is empty for a new option; `focus` is what the keyboard is at there: name, up or down."""

    name: str = ""
    color: str = "slate"
    key: str = ""
    focus: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The row as acts take it."""
        return {"name": self.name, "color": self.color, "key": self.key}


def rows_of(options: Sequence[Option]) -> list[OptionRow]:
    """The rows of what is stored, without retired options."""
    return [OptionRow(option.name, option.color, option.key) for option in options if not option.is_retired]


def typed_rows(posted: QueryDict) -> list[OptionRow]:
    """The rows as they were sent."""
    names, colors = posted.getlist("option_name"), posted.getlist("option_color")
    keys = posted.getlist("option_key")
    return [
        OptionRow(name, colors[at] if at < len(colors) else "slate", keys[at] if at < len(keys) else "")
        for at, name in enumerate(names)
    ]


def filled(rows: Sequence[OptionRow]) -> list[dict[str, str]]:
    """The rows that say something, as acts take them. Rows left empty are no options."""
    return [row.given for row in rows if row.name.strip()]


def commanded(rows: Sequence[OptionRow], command: str) -> list[OptionRow]:
    """The rows after a command; one that makes no sense changes nothing."""
    result = list(rows)
    verb, _, position = command.partition(":")
    if verb == "add":
        return [*result, OptionRow(focus="name")]
    if not position.isdecimal() or len(position) > 4 or int(position) >= len(result):
        return result
    at = int(position)
    if verb == "drop":
        del result[at]
        at = min(at, len(result) - 1)
    elif verb == "up" and at > 0:
        result[at - 1], result[at] = result[at], result[at - 1]
        at -= 1
    elif verb == "down" and at < len(result) - 1:
        result[at], result[at + 1] = result[at + 1], result[at]
        at += 1
    if result and verb in ("drop", "up", "down"):  # whoever works by keyboard goes on where they were
        result[at] = replace(result[at], focus="name" if verb == "drop" else verb)
    return result
