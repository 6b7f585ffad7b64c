"""Which moves a case can make, and why not the others. Pure: the definition and a few facts decide.

The act uses the answer to decide, the screen to draw buttons and dim columns, and reports to judge
what deviated: one function for all three.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from templates_app.definition import Definition, Field, Stage

RUNNING = frozenset({"open", "on_hold"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What matters about a case when it is to be moved."""

    status: str
    stage: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """One stage a case could go to. `why_not` is a sentence where it cannot; empty where it can.

    `missing` are the fields to fill in first, where nothing else stands in the way.
    """

    stage: Stage
    kind: str
    why_not: str
    needs_reason: bool
    missing: tuple[Field, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Return whether the move can be made now."""
        return not self.why_not


def possible_moves(definition: Definition, standing: Standing) -> tuple[PossibleMove, ...]:
    """Return every other stage in the template's order, with the kind of move and what stands in the way."""
    return tuple(
        _judge(definition, standing, stage)
        for stage in definition.active_stages
        if stage.key != standing.stage
    )


def judge_move(definition: Definition, standing: Standing, to: str) -> PossibleMove | None:
    """Return the judgement on one move, or None where the template has no such stage."""
    stage = definition.stage(to)
    return None if stage is None else _judge(definition, standing, stage)


def _judge(definition: Definition, standing: Standing, stage: Stage) -> PossibleMove:
    known = definition.stage(standing.stage) is not None
    kind = definition.kind_of_move(standing.stage, stage.key) if known else "advance"
    barred = _barred(definition, standing, stage)
    missing = () if barred or kind == "return" else definition.missing_fields(stage.key, standing.data)
    return PossibleMove(
        stage=stage,
        kind=kind,
        why_not=barred or _lacking(missing),
        needs_reason=known and definition.move_needs_reason(standing.stage, stage.key),
        missing=missing,
    )


def _barred(definition: Definition, standing: Standing, stage: Stage) -> str:
    if standing.status == "on_hold":
        return "The case is on hold. Resume it first."
    if standing.status not in RUNNING:
        return f"The case is {standing.status}. Reopen it first."
    if stage.key == standing.stage:
        return f"The case is in {stage.name} already."
    if stage.is_retired:
        return f"{stage.name} is retired: the template no longer uses it."
    if not definition.allows_move(standing.stage, stage.key):
        here = definition.stage(standing.stage)
        return (
            f"The template does not allow going from {here.name if here else standing.stage} to {stage.name}."
        )
    return ""


def _lacking(missing: tuple[Field, ...]) -> str:
    return f"Fill in first: {', '.join(field.name for field in missing)}." if missing else ""
