"""Writing an event log as CSV, row by row."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from cases.logs.csv_reader import header_names
from cases.logs.instants import canonical
from cases.logs.rows import Step

ROLE_HEADINGS = ("case_id", "activity", "timestamp", "resource", "lifecycle")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column beyond the roles: `key` finds the value in `Step.values`, `heading` is its name in CSV."""

    key: str
    heading: str
    kind: str = "text"


def write_csv(steps: Iterable[Step], columns: Sequence[ValueColumn], out: TextIO) -> int:
    """Write a heading and a line per step; return how many. `out` must not translate line ends."""
    # \r\n because the writer quotes exactly the characters of its line end: so both kinds of break come back.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header_names([*ROLE_HEADINGS, *(column.heading for column in columns)]))
    written = 0
    for step in steps:
        cells = [step.values.get(column.key, "") for column in columns]
        time = step.time_text or canonical(step.at)
        writer.writerow([step.case, step.activity, time, step.resource, step.lifecycle, *cells])
        written += 1
    return written
