"""The definition of a process template, as frozen values. No database, no Django.

Keys are the stable ids of stages, fields, options and outcomes: made once, unique in their list, never
changed. A rename changes `name` alone. What was once published is retired, not removed, so old cases keep
their meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

SCHEMA = 1

Category = Literal["open", "waiting", "done"]
MoveKind = Literal["advance", "return", "skip"]
Move = tuple[str, str]

CATEGORIES: tuple[Category, ...] = ("open", "waiting", "done")
COLORS = (
    "slate", "blue", "sky", "teal", "green", "lime", "amber", "orange", "red", "pink", "violet", "indigo",
)  # fmt: skip
FIELD_KINDS = (
    "text", "long_text", "integer", "decimal", "money", "date", "datetime", "yes_no",
    "choice", "choices", "member", "email", "phone", "url",
)  # fmt: skip
CHOOSING_KINDS = frozenset({"choice", "choices"})
# What can be asked to be explained: the kinds of move, and the other acts on a case that take a reason.
REASON_KINDS = ("return", "skip", "advance", "reopen", "hold", "cancel", "close")


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the case. `on_path` marks the expected path; `category` says who the case is waiting for."""

    key: str
    name: str
    color: str = "slate"
    category: Category = "open"
    on_path: bool = True
    is_retired: bool = False
    help: str = ""

    @property
    def is_done(self) -> bool:
        """Whether work is over for a case in this stage."""
        return self.category == "done"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a choice field, or one outcome a case may be closed with."""

    key: str
    name: str
    color: str = "slate"
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A typed question about the case. `required_from` is the key of the first stage demanding an answer.

    `column` is what event logs call it, where that is not its name: it comes in and goes out under it.
    """

    key: str
    name: str
    kind: str
    help: str = ""
    required_from: str | None = None
    options: tuple[Option, ...] = ()
    is_personal: bool = False
    is_retired: bool = False
    currency: str | None = None
    unit: str = ""
    column: str = ""

    def option(self, key: str) -> Option | None:
        """The option with this key, retired ones too."""
        return next((option for option in self.options if option.key == key), None)

    @property
    def active_options(self) -> tuple[Option, ...]:
        """The options that may still be chosen."""
        return tuple(option for option in self.options if not option.is_retired)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a template says, parsed once and read often: every look-up below is a dictionary access."""

    name: str
    number_pattern: str = "{number}"
    stages: tuple[Stage, ...] = ()
    fields: tuple[Field, ...] = ()
    forbidden_moves: frozenset[Move] = frozenset()
    reason_kinds: frozenset[str] = frozenset()
    reason_moves: frozenset[Move] = frozenset()
    outcomes: tuple[Option, ...] = ()
    schema: int = SCHEMA

    active_stages: tuple[Stage, ...] = field(init=False, repr=False, compare=False)
    active_fields: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    active_outcomes: tuple[Option, ...] = field(init=False, repr=False, compare=False)
    path: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _stages: dict[str, Stage] = field(init=False, repr=False, compare=False)
    _fields: dict[str, Field] = field(init=False, repr=False, compare=False)
    _outcomes: dict[str, Option] = field(init=False, repr=False, compare=False)
    _position: dict[str, int] = field(init=False, repr=False, compare=False)
    _path_before: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _required: dict[str, tuple[Field, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        active = tuple(stage for stage in self.stages if not stage.is_retired)
        before, seen = [], 0
        for stage in self.stages:
            before.append(seen)
            seen += stage.on_path and not stage.is_retired
        derived = {
            "active_stages": active,
            "active_fields": tuple(item for item in self.fields if not item.is_retired),
            "active_outcomes": tuple(item for item in self.outcomes if not item.is_retired),
            "path": tuple(stage.key for stage in active if stage.on_path),
            "_stages": {stage.key: stage for stage in self.stages},
            "_fields": {item.key: item for item in self.fields},
            "_outcomes": {item.key: item for item in self.outcomes},
            "_position": {stage.key: at for at, stage in enumerate(self.stages)},
            "_path_before": tuple(before),
            "_required": {},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def stage(self, key: str) -> Stage | None:
        """The stage with this key, retired ones too; None when the template never had it."""
        return self._stages.get(key)

    def field(self, key: str) -> Field | None:
        """The field with this key, retired ones too; None when the template never had it."""
        return self._fields.get(key)

    def outcome(self, key: str) -> Option | None:
        """The outcome with this key, retired ones too."""
        return self._outcomes.get(key)

    def position(self, key: str) -> int:
        """Where the stage stands, from 0 and with retired stages. KeyError when there is no such stage."""
        return self._position[key]

    @property
    def first_stage(self) -> Stage | None:
        """Where a new case starts: the first stage of the expected path, or the first one at all."""
        if self.path:
            return self._stages[self.path[0]]
        return self.active_stages[0] if self.active_stages else None

    def kind_of_move(self, from_key: str, to_key: str) -> MoveKind:
        """What moving between two stages means; KeyError when the template never had one of them.

        Backwards is a return, and so is entering the same stage again. Forwards is an advance, unless a stage
        of the expected path lies in between: that is a skip.
        """
        start, end = self._position[from_key], self._position[to_key]
        if end <= start:
            return "return"
        origin = self.stages[start]
        counted = self._path_before[start] + (origin.on_path and not origin.is_retired)
        return "skip" if self._path_before[end] > counted else "advance"

    def allows_move(self, from_key: str, to_key: str) -> bool:
        """Whether a case may make this move: the target is in use and the pair is not forbidden."""
        target = self._stages.get(to_key)
        if target is None or target.is_retired or from_key == to_key:
            return False
        return (from_key, to_key) not in self.forbidden_moves

    def move_needs_reason(self, from_key: str, to_key: str) -> bool:
        """Whether this very move must be explained, because of its kind or because the pair is listed."""
        if (from_key, to_key) in self.reason_moves:
            return True
        return self.kind_of_move(from_key, to_key) in self.reason_kinds

    def needs_reason(self, kind: str) -> bool:
        """Whether acts of this kind must be explained: one of REASON_KINDS."""
        return kind in self.reason_kinds

    def required_fields(self, stage_key: str) -> tuple[Field, ...]:
        """The fields that must be answered in this stage.

        On the expected path: those required from it or from an earlier stage. Beside the path (waiting,
        declined): those required from this very stage alone, since a case may step aside at any time.
        """
        found = self._required.get(stage_key)
        if found is None:
            found = tuple(item for item in self.active_fields if self._is_required(item, stage_key))
            self._required[stage_key] = found
        return found

    def _is_required(self, item: Field, stage_key: str) -> bool:
        since = item.required_from
        if since is None or since not in self._position:
            return False
        if not self._stages[stage_key].on_path:
            return since == stage_key
        return self._position[since] <= self._position[stage_key]

    def missing_fields(self, stage_key: str, data: Mapping[str, Any]) -> tuple[Field, ...]:
        """The required fields of this stage that `data` (field key to stored value) leaves unanswered."""
        return tuple(item for item in self.required_fields(stage_key) if data.get(item.key) is None)
