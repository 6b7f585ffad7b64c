"""From a raw row to a step, or to the sentence that says why not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cases.logs.instants import InstantReader, canonical, reader_for
from cases.logs.plan import Plan
from cases.logs.rows import Finding, RawRow, Step

MAX_CASE_CHARACTERS = 200
MAX_ACTIVITY_CHARACTERS = 1_000
MAX_RESOURCE_CHARACTERS = 1_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 9998


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges rows by a plan whose day order is decided."""

    plan: Plan
    moments: InstantReader

    def check(self, number: int, row: RawRow) -> Step | Finding:
        """The step the row describes, or the first thing that is wrong with it."""
        plan, values = self.plan, row.values
        case, activity = values.get(plan.case, ""), values.get(plan.activity, "")
        text = values.get(plan.timestamp, "")
        resource = values.get(plan.resource, "")
        if problem := _problem(plan, case, activity, resource):
            return Finding(row.line, *problem)
        try:
            at = self.moments.read(text)
        except ValueError:
            return Finding(row.line, plan.timestamp, _time_sentence(text))
        if at.year < EARLIEST_YEAR:
            return Finding(row.line, plan.timestamp, f"“{text}” lies before the year {EARLIEST_YEAR}.")
        if at.year > LATEST_YEAR:
            return Finding(row.line, plan.timestamp, f"“{text}” lies after the year {LATEST_YEAR}.")
        roles = plan.role_columns()
        return Step(
            number, row.line, case, activity, at, "" if text == canonical(at) else text, resource,
            values.get(plan.lifecycle, ""),
            {name: text for name, text in values.items() if name not in roles},
        )  # fmt: skip


def checker(plan: Plan) -> Checker:
    """A checker for the plan; raises `ValueError` when its time zone is unknown."""
    return Checker(plan, reader_for(plan.zone, is_day_first=plan.is_day_first is not False))


def steps(rows: Iterable[RawRow | Finding], judge: Checker) -> Iterator[Step | Finding]:
    """Every row as a step or a finding, numbered from 1 in the order of the file."""
    for number, row in enumerate(rows, start=1):
        yield row if isinstance(row, Finding) else judge.check(number, row)


def _problem(plan: Plan, case: str, activity: str, resource: str) -> tuple[str, str] | None:
    if not case.strip():
        return plan.case, "The case is empty."
    if not activity.strip():
        return plan.activity, "The activity is empty."
    for column, text, longest in (
        (plan.case, case, MAX_CASE_CHARACTERS),
        (plan.activity, activity, MAX_ACTIVITY_CHARACTERS),
        (plan.resource, resource, MAX_RESOURCE_CHARACTERS),
    ):
        if len(text) > longest:
            return column, f"The text has {len(text):,} characters; at most {longest:,} are kept here."
        if "\x00" in text:
            return column, "The text holds a zero byte, which cannot be kept."
    return None


def _time_sentence(text: str) -> str:
    return f"“{text[:60]}” is not a date and time." if text.strip() else "The time is empty."
