"""A case rebuilt from its timeline alone. In tests it must equal the row after every act."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from cases.models import Case
from timeline.queries import Told, whole


@dataclass
class Replayed:
    """What the events add up to: the same names as the columns of a case."""

    version: int = 0
    template_id: str = ""
    template_version_id: UUID | None = None
    number: str = ""
    title: str = ""
    status: str = "open"
    stage: str = ""
    owner_id: str | None = None
    team_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    opened_at: datetime | None = None
    stage_entered_at: datetime | None = None
    stage_seconds: dict[str, float] = field(default_factory=dict)
    changed_at: datetime | None = None
    hold_until: str | None = None
    follow_up_on: str | None = None
    hold_reason: str = ""
    outcome: str = ""
    closed_at: datetime | None = None
    external_ref: str | None = None


def replay(case_id: UUID, events: Iterable[Told] | None = None) -> Replayed:
    """Fold a case's events, or those given (up to an instant, say), into what the case was after them."""
    state = Replayed()
    for event in whole(case_id) if events is None else events:
        state.version = event.seq
        state.changed_at = event.occurred_at
        state.template_version_id = event.template_version_id
        _FOLDS.get(event.type, _nothing)(state, event)
    return state


def differences(case: Case) -> dict[str, tuple[Any, Any]]:
    """Return where the row differs from its timeline: column to (row, replayed). Empty is as it must be."""
    told = replay(case.id)
    found = {}
    for column in fields(Replayed):
        row = getattr(case, column.name)
        row = str(row) if row is not None and column.name in _TEXTS else row
        if row != getattr(told, column.name):
            found[column.name] = (row, getattr(told, column.name))
    return found


_TEXTS = frozenset({"template_id", "owner_id", "team_id", "hold_until", "follow_up_on"})


def _nothing(state: Replayed, event: Told) -> None:
    """An event that changes no column, such as a comment."""


def _opened(state: Replayed, event: Told) -> None:
    fact = event.fact
    state.number, state.title, state.template_id = fact["number"], fact["title"], fact["template"]
    state.stage, state.data = fact["stage"], dict(fact["data"])
    state.owner_id, state.team_id = fact["owner"], fact["team"]
    state.external_ref = fact["external_ref"]
    state.opened_at = state.stage_entered_at = event.occurred_at


def _changed(state: Replayed, event: Told) -> None:
    for key, change in event.fact["changes"].items():
        if not isinstance(change, dict):
            state.data[key] = change  # redacted: that it has a value is all that is left
        elif key == "$title":
            state.title = change["to"]
        elif change["to"] is None:
            state.data.pop(key, None)
        else:
            state.data[key] = change["to"]


def _moved(state: Replayed, event: Told) -> None:
    _leave(state, event)
    state.stage = event.fact["to_stage"]
    fill_from_log(state.data, event.fact.get("source"))


def fill_from_log(data: dict[str, Any], source: dict[str, Any] | None) -> None:
    """Bring values up to what an imported row said: its `changes` map a field key to [from, to]."""
    for key, change in ((source or {}).get("changes") or {}).items():
        data[key] = change[1] if isinstance(change, list) else change


def _assigned(state: Replayed, event: Told) -> None:
    state.owner_id, state.team_id = event.fact["owner"], event.fact["team"]


def _held(state: Replayed, event: Told) -> None:
    state.status, state.hold_reason = "on_hold", event.reason
    state.hold_until = state.follow_up_on = event.fact["until"]


def _followed_up(state: Replayed, _event: Told) -> None:
    state.follow_up_on = None


def _resumed(state: Replayed, _event: Told) -> None:
    state.status = "open"
    _let_go(state)


def _closed(state: Replayed, event: Told) -> None:
    _leave(state, event)
    state.status, state.outcome, state.closed_at = "closed", event.fact["outcome"], event.occurred_at
    _let_go(state)


def _cancelled(state: Replayed, event: Told) -> None:
    _leave(state, event)
    state.status, state.outcome, state.closed_at = "cancelled", "", event.occurred_at
    _let_go(state)


def _reopened(state: Replayed, event: Told) -> None:
    state.status, state.stage, state.stage_entered_at = "open", event.fact["stage"], event.occurred_at
    state.outcome, state.closed_at = "", None


def _let_go(state: Replayed) -> None:
    state.hold_until = state.follow_up_on = None
    state.hold_reason = ""


def _leave(state: Replayed, event: Told) -> None:
    assert state.stage_entered_at is not None
    seconds = round(max(0.0, (event.occurred_at - state.stage_entered_at).total_seconds()), 3)
    state.stage_seconds[state.stage] = round(state.stage_seconds.get(state.stage, 0) + seconds, 3)
    state.stage_entered_at = event.occurred_at


_FOLDS: dict[str, Callable[[Replayed, Told], None]] = {
    "case.opened": _opened,
    "case.fields_changed": _changed,
    "case.moved": _moved,
    "case.assigned": _assigned,
    "case.held": _held,
    "case.follow_up_reached": _followed_up,
    "case.resumed": _resumed,
    "case.closed": _closed,
    "case.cancelled": _cancelled,
    "case.reopened": _reopened,
}


def fold(type_: str) -> Callable[[Callable[[Replayed, Told], None]], Callable[[Replayed, Told], None]]:
    """Register how one more type of event changes a case, for facts that live elsewhere."""

    def register(change: Callable[[Replayed, Told], None]) -> Callable[[Replayed, Told], None]:
        _FOLDS[type_] = change
        return change

    return register
