"""Edits of moves, reasons, the number pattern and outcomes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from casefy.errors import Conflict, Invalid
from templates_app.definition import REASON_KINDS, Definition, Move
from templates_app.editing.lists import one_of, the
from templates_app.editing.options import merged_options
from templates_app.numbering import UnreadablePattern, parse_pattern
from templates_app.parse import MOST_OUTCOMES


def with_move_forbidden(definition: Definition, from_key: str, to_key: str) -> Definition:
    """A definition in which no case goes this way."""
    move = _move(definition, (from_key, to_key))
    if move in definition.forbidden_moves:
        raise Conflict("This move is forbidden already.", code="forbidden_already")
    return replace(definition, forbidden_moves=definition.forbidden_moves | {move})


def with_move_allowed(definition: Definition, from_key: str, to_key: str) -> Definition:
    """A definition in which cases may go this way again."""
    move = _move(definition, (from_key, to_key))
    if move not in definition.forbidden_moves:
        raise Conflict("This move is allowed already.", code="allowed_already")
    return replace(definition, forbidden_moves=definition.forbidden_moves - {move})


def with_reasons(
    definition: Definition, kinds: Iterable[str] | None, moves: Iterable[Move] | None
) -> Definition:
    """Where a reason is asked for: kinds of act, and single moves. None leaves one of the two as it is."""
    if kinds is not None:
        asked = frozenset(one_of(kind, REASON_KINDS, "kinds") for kind in kinds)
        definition = replace(definition, reason_kinds=asked)
    if moves is not None:
        pairs = frozenset(_move(definition, move) for move in moves)
        definition = replace(definition, reason_moves=pairs)
    return definition


def _move(definition: Definition, move: Move) -> Move:
    if move[0] == move[1]:
        raise Invalid("Name two different stages.", fields={"to": "Name two different stages."})
    start = the(definition.stages, move[0], "stage", "from_stage")
    return start.key, the(definition.stages, move[1], "stage", "to_stage").key


def with_number_pattern(definition: Definition, pattern: str) -> Definition:
    """Another pattern for the numbers of new cases. Raises Invalid when it cannot number cases."""
    pattern = pattern.strip()
    try:
        parse_pattern(pattern)
    except UnreadablePattern as unreadable:
        raise Invalid(str(unreadable), fields={"pattern": str(unreadable)}) from None
    return replace(definition, number_pattern=pattern)


def with_outcomes(
    definition: Definition, given: Sequence[Mapping[str, Any]], published: Definition | None
) -> Definition:
    """The outcomes after somebody edited the whole list; published ones left out are retired."""
    kept = {outcome.key for outcome in published.outcomes} if published else set()
    merged = merged_options(
        definition.outcomes, given, kept, most=MOST_OUTCOMES, what="outcome", field="outcomes"
    )
    return replace(definition, outcomes=merged)
