"""One pass over a file: what it holds, what is wrong with it, and all good steps on a spool."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from cases.logs.checking import checker, steps
from cases.logs.csv_reader import bounded, csv_columns, read_csv
from cases.logs.instants import InstantReader
from cases.logs.plan import Plan, checked, guess_plan, with_day_order
from cases.logs.profile import ColumnProfile, Room
from cases.logs.rows import Finding, RawRow, Step, UnreadableLog
from cases.logs.sources import Source, inspect
from cases.logs.spool import Spool, spool
from cases.logs.stages import MAX_ACTIVITIES, GuessedStage
from cases.logs.stages import survey as survey_activities
from cases.logs.xes_reader import read_xes

SAMPLE_ROWS = 2_000
SAMPLE_CHARACTERS = 8 << 20
KEPT_FINDINGS = 200
_TELL_EVERY = 5_000


@dataclass(slots=True)
class Survey:
    """What a file holds. `findings` keeps the first few, `refused` counts all; `columns` play no role."""

    source: Source
    plan: Plan
    moments: InstantReader
    columns: dict[str, ColumnProfile] = field(default_factory=dict)
    activities: dict[str, int] = field(default_factory=dict)
    stages: list[GuessedStage] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cases: int = 0
    events: int = 0
    refused: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    has_resource: bool = False
    has_lifecycle: bool = False
    room: Room = field(default_factory=Room)

    def note(self, step: Step) -> None:
        """Take note of a good step."""
        self.activities[step.activity] = self.activities.get(step.activity, 0) + 1
        if len(self.activities) > MAX_ACTIVITIES:
            raise UnreadableLog(
                f"The column “{self.plan.activity}” has more than {MAX_ACTIVITIES} different values; "
                "that is hardly the activity. Choose another column."
            )
        self.first_at = min(self.first_at or step.at, step.at)
        self.last_at = max(self.last_at or step.at, step.at)
        self.has_resource = self.has_resource or bool(step.resource)
        self.has_lifecycle = self.has_lifecycle or bool(step.lifecycle)
        columns = self.columns
        for name, value in step.values.items():
            profile = columns.get(name)
            if profile is None:
                bounded(len(columns) + 1)
                profile = columns[name] = ColumnProfile(name, room=self.room)
            profile.filled += 1
            if value not in profile.seen:
                profile.learn(value, self.moments)


def read_rows(source: Source) -> Iterator[RawRow | Finding]:
    """The rows of a file of either format."""
    return read_csv(source) if source.format == "csv" else read_xes(source)


def sample_rows(source: Source) -> list[RawRow]:
    """The first rows of a file that can be read; raises `UnreadableLog` when there is none."""
    found: list[RawRow] = []
    size = 0
    for row in islice(read_rows(source), SAMPLE_ROWS):
        if isinstance(row, RawRow):
            found.append(row)
            size += sum(map(len, row.values.values()))
        if size > SAMPLE_CHARACTERS:
            break
    if not found:
        raise UnreadableLog("The file has no rows.")
    return found


def columns_of(source: Source, sample: Sequence[RawRow]) -> tuple[str, ...]:
    """The names of the file's columns; of an XES file those that occur in the sample."""
    if source.format == "csv":
        return csv_columns(source)
    names = tuple(dict.fromkeys(name for row in sample for name in row.values))
    bounded(len(names))
    return names


def decide_plan(source: Source, given: Plan) -> Plan:
    """The plan with its gaps guessed; raises `UnreadableLog` when a needed column stays unknown."""
    sample = sample_rows(source)
    columns = columns_of(source, sample)
    plan = filled(given, sample, columns)
    checked(plan, columns)
    return with_day_order(plan, sample, (row for row in read_rows(source) if isinstance(row, RawRow)))


def filled(given: Plan, sample: Sequence[RawRow], columns: Sequence[str]) -> Plan:
    """The plan with its gaps guessed as far as that goes."""
    guess = guess_plan(sample, columns)
    roles = {role: getattr(given, role) or getattr(guess, role) for role in ("case", "activity", "timestamp")}
    taken = set(roles.values()) | given.role_columns()
    for role in ("resource", "lifecycle"):
        guessed = getattr(guess, role)
        roles[role] = getattr(given, role) or ("" if guessed in taken else guessed)
    return replace(given, **roles)


@contextmanager
def surveyed(
    path: Path,
    given: Plan,
    *,
    on_finding: Callable[[Finding], None],
    on_rows: Callable[[int], None],
) -> Iterator[tuple[Survey, Spool]]:
    """Read the whole file by the plan; the spool holds the good steps until the block ends.

    `on_finding` hears of every finding, `on_rows` now and then how many rows were read.
    """
    source = inspect(path)
    plan = decide_plan(source, given)
    judge = checker(plan)
    found = Survey(source, plan, judge.moments)

    def good_steps() -> Iterator[Step]:
        for rows, item in enumerate(steps(read_rows(source), judge), start=1):
            if rows % _TELL_EVERY == 0:
                on_rows(rows)
            if isinstance(item, Step):
                found.note(item)
                yield item
            else:
                found.refused += 1
                found.findings.extend([item] if len(found.findings) < KEPT_FINDINGS else [])
                on_finding(item)

    with spool() as sorted_steps:
        sorted_steps.fill(good_steps())
        found.cases, found.events = sorted_steps.cases, sorted_steps.steps
        if not found.events:
            raise UnreadableLog(_nothing(found))
        found.stages = survey_activities(sorted_steps.activities_by_case()).stages()
        yield found, sorted_steps


def _nothing(found: Survey) -> str:
    first = found.findings[0]
    where = f"line {first.line}{f', {first.column}' if first.column else ''}"
    return f"None of the {found.refused:,} rows can be read. The first one, {where}: {first.sentence}"
