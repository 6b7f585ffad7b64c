"""The words every part of the event-log package speaks: a raw row, a checked step, a finding about a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file: `line` is where it begins (from 1), `values` what is not empty."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about one line.

    `refused`: the line is not imported. `left_out`: the line is imported without the value in `column`.
    """

    line: int
    column: str
    sentence: str
    outcome: Literal["refused", "left_out"] = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One row that makes sense: what happened to which case, when, by whom.

    `number` counts the rows of the file from 1 and orders steps of the same instant; `time_text` is the time
    as written, empty when that is the canonical form; `resource` and `lifecycle` are empty when the file is
    silent; `values` are the other columns.
    """

    number: int
    line: int
    case: str
    activity: str
    at: datetime
    time_text: str = ""
    resource: str = ""
    lifecycle: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class UnreadableLog(Exception):
    """The file as a whole cannot be read; the message is a sentence for a person."""
