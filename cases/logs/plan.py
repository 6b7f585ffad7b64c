"""How a file's columns are understood: which is the case, the activity, the time, which become fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cases.logs.instants import InstantReader, guess_day_first, has_open_order, is_serial
from cases.logs.rows import RawRow, UnreadableLog

ROLES = ("case", "activity", "timestamp", "resource", "lifecycle")
NEEDED_ROLES = ROLES[:3]
_NAMES: Mapping[str, tuple[str, ...]] = {
    "case": (
        "caseconceptname", "caseid", "case", "traceid", "trace", "processinstance", "instanceid",
        "incidentid", "ticketid", "orderid", "requestid", "applicationid", "claimid", "incident", "ticket",
        "casenumber", "caseno", "caseref", "ordernumber", "orderno", "order", "request", "application", "claim",
        "invoiceid", "invoice", "contract", "reference", "key", "number", "id",
    ),
    "activity": (
        "conceptname", "activity", "activityname", "event", "eventname", "task", "taskname", "step",
        "state", "status", "stage", "action", "operation",
    ),
    "timestamp": (
        "timetimestamp", "timestamp", "completetimestamp", "completetime", "endtime", "eventtime",
        "occurredat", "datetime", "time", "date", "starttimestamp", "starttime", "changedat", "createdat",
        "when",
    ),
    "resource": (
        "orgresource", "resource", "user", "username", "agent", "performer", "performedby", "who",
        "worker", "actor", "employee", "originator", "assignedto", "orgrole", "changedby", "updatedby", "doneby",
        "handledby", "operator", "by",
    ),
    "lifecycle": ("lifecycletransition", "lifecycle", "transition", "transactiontype", "eventtype"),
}  # fmt: skip
_MOMENTS = InstantReader()
_LOOKED_AT = 200  # values of a column
_FILLED = 0.95
_REPEATS = 0.9
_TELLING = 200  # characters that tell a time or an amount from a name
_MEASURE = re.compile(r"[-+]?\d*[.,]\d+|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*|.*\d{1,2}:\d{2}.*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """The reading of one file. Role columns may be empty for resource and lifecycle.

    `kinds` overrides guessed field kinds by column (`"skip"` leaves a column out), `names` what new fields are called.
    `zone` names the zone of
    times without an offset; `is_day_first` None means: find out from the file.
    """

    case: str = ""
    activity: str = ""
    timestamp: str = ""
    resource: str = ""
    lifecycle: str = ""
    zone: str = "UTC"
    is_day_first: bool | None = None
    kinds: Mapping[str, str] | None = None
    names: Mapping[str, str] | None = None

    def role_columns(self) -> frozenset[str]:
        """The columns that play a role and are therefore not fields."""
        return frozenset(column for role in ROLES if (column := getattr(self, role)))

    def to_json(self) -> dict[str, Any]:
        """The form in which a plan is kept in the database."""
        return {
            **{role: getattr(self, role) for role in ROLES},
            "zone": self.zone,
            "is_day_first": self.is_day_first,
            "kinds": dict(self.kinds or {}),
            "names": dict(self.names or {}),
        }


def plan_from_json(data: Mapping[str, Any]) -> Plan:
    """The plan that `Plan.to_json` wrote."""
    return Plan(
        **{role: str(data.get(role, "")) for role in ROLES},
        zone=str(data.get("zone", "UTC")),
        is_day_first=data.get("is_day_first"),
        kinds=dict(data.get("kinds") or {}),
        names=dict(data.get("names") or {}) or None,
    )


def guess_plan(sample: Sequence[RawRow], columns: Sequence[str]) -> Plan:
    """A plan from the columns' names, or their values where the names say nothing. Roles may stay empty."""
    chosen: dict[str, str] = {}
    for role in ROLES:
        left = [column for column in columns if column not in chosen.values()]
        named = _by_name(left, role)
        if role == "timestamp":  # of a day and a clock in two columns, the clock alone is no time
            named = [column for column in named if _is_time(column, sample)] or named
        chosen[role] = named[0] if named else ""
    for role, by_values in (
        ("timestamp", _looks_like_time),
        ("activity", _looks_like_activity),
        ("case", _looks_like_case),
    ):
        left = [column for column in columns if column not in chosen.values()]
        chosen[role] = chosen[role] or by_values(left, sample)
    return Plan(
        chosen["case"], chosen["activity"], chosen["timestamp"], chosen["resource"], chosen["lifecycle"]
    )


def checked(plan: Plan, columns: Iterable[str]) -> Plan:
    """The plan, when it names what is needed and what exists; raises `UnreadableLog` with what is missing."""
    known = set(columns)
    for role in ROLES:
        column = getattr(plan, role)
        if not column and role in NEEDED_ROLES:
            raise UnreadableLog(
                f"Say which column holds the {role}; the columns are: {', '.join(sorted(known))}."
            )
        if column and column not in known:
            raise UnreadableLog(
                f"There is no column called “{column}”; the columns are: {', '.join(sorted(known))}."
            )
    named = [getattr(plan, role) for role in ROLES if getattr(plan, role)]
    if len(set(named)) < len(named):
        raise UnreadableLog("One column cannot play two roles.")
    return plan


def with_day_order(plan: Plan, sample: Sequence[RawRow], rows: Iterable[RawRow]) -> Plan:
    """The plan with the order of day and month decided, from the first of all rows that proves it.

    The rows are read only where the sample has times of that form at all.
    """
    if plan.is_day_first is not None:
        return plan
    if not any(has_open_order(text) for text in _texts(sample, plan.timestamp)):
        return replace(plan, is_day_first=True)
    texts = (row.values.get(plan.timestamp, "") for row in rows)
    return replace(plan, is_day_first=guess_day_first(texts))


def _by_name(columns: Sequence[str], role: str) -> list[str]:
    """The columns whose names say that they play the role, the most telling first."""
    folded = {re.sub(r"[^a-z0-9]", "", column.lower()): column for column in reversed(columns)}
    return [folded[name] for name in _NAMES[role] if name in folded]


def _texts(sample: Sequence[RawRow], column: str) -> list[str]:
    return [row.values[column] for row in sample if column in row.values]


def _looks_like_time(columns: Sequence[str], sample: Sequence[RawRow]) -> str:
    fitting = [
        c
        for c in columns
        if all(_is_readable(text) and not is_serial(text) for text in _texts(sample, c)[:_LOOKED_AT])
    ]
    return max(fitting, key=lambda c: len(set(_texts(sample, c))), default="")


def _is_time(column: str, sample: Sequence[RawRow]) -> bool:
    """Whether most of what is in the column can be read as a moment."""
    texts = _texts(sample, column)[:_LOOKED_AT]
    return 2 * sum(map(_is_readable, texts)) > len(texts)


def _is_readable(text: str) -> bool:
    try:
        _MOMENTS.read(text)
    except ValueError:
        return False
    return True


def _looks_like_activity(columns: Sequence[str], sample: Sequence[RawRow]) -> str:
    """The filled column with the fewest, but several, different words."""
    counts = _different(columns, sample)
    return min((c for c in counts if counts[c] > 1), key=lambda c: counts[c], default="")


def _looks_like_case(columns: Sequence[str], sample: Sequence[RawRow]) -> str:
    """The filled column with the most different values that still repeat; amounts and times name no case."""
    counts = _different(columns, sample)
    named = [c for c in counts if not all(_MEASURE.fullmatch(text[:_TELLING]) for text in _texts(sample, c))]
    repeating = [c for c in named if counts[c] <= _REPEATS * len(sample)]
    some = repeating or [c for c in named if counts[c] < len(sample)]
    return max(some, key=lambda c: counts[c], default="")


def _different(columns: Sequence[str], sample: Sequence[RawRow]) -> dict[str, int]:
    """How many different values each column has that is filled but for the odd wrong line."""
    texts = {column: _texts(sample, column) for column in columns}
    return {column: len(set(found)) for column, found in texts.items() if len(found) >= _FILLED * len(sample)}
