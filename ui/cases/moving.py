"""The dialog that moves a case: where to, why, and the fields that stage waits for, filled in on the way."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from casefy.errors import Refused
from cases.actions.changing import change_fields
from cases.machine import PossibleMove, possible_moves
from cases.queries import CaseRow
from ui.cases.desk import Desk
from ui.cases.values import AskedValue, asked_value, typed_values

if TYPE_CHECKING:
    from ui.entering import InOrganization

KEPT = "kept."


def moves_offered(case: CaseRow, typed: QueryDict, at: Desk, error: Refused | None) -> dict[str, Any]:
    """Return every move, the expected one first; the one chosen with the fields to fill in, or why it is barred."""
    moves = possible_moves(at.template_of(case).definition, case.standing)
    chosen = next((move for move in moves if move.stage.key == typed.get("to")), None)
    to = chosen if chosen and _can_be_chosen(chosen, at) else None
    asked = _asked(case, to, typed, at, error) if to else []
    expected = next_move(moves, at)
    shown = {"reason", *(each.name for each in asked)} if to else set()
    return {
        "moves": sorted(moves, key=lambda move: move is not expected),
        "to": to,
        "barred": chosen if to is None else None,
        "stage": at.stage_of(case),
        "asked_first": asked,
        "kept": _kept(typed, shown),
        "focus": typed.get("came_from") or _forward(moves, expected),
    }


def asked_anew(posted: QueryDict) -> QueryDict:
    """What was typed so far, for another stage (`ask`) or, where that is empty, for the choice of stages.

    What the present form does not show is carried as `kept.NAME`: it is there again when it is asked for, and no act
    reads it meanwhile.
    """
    typed = posted.copy()
    for name in [name for name in posted if name.startswith(KEPT)]:
        typed.setlistdefault(name.removeprefix(KEPT), posted.getlist(name))
        del typed[name]
    typed["came_from"] = posted.get("to", "")
    typed["to"] = posted.get("ask", "")
    return typed


def fill_in_first(request: "InOrganization", number: str, expected: int | None) -> int | None:
    """Save the fields that the dialog asked for; return the version the move is to find.

    Two acts, as if somebody had done one after the other: where the move is refused, what was filled in stays.
    """
    typed = typed_values(request.POST)
    if not typed:
        return expected
    return change_fields(by=request.actor, case_id=number, values=typed, expected_version=expected).version


def next_move(moves: Sequence[PossibleMove], at: Desk) -> PossibleMove | None:
    """Return the move the template expects next, if it can be made now: at once, or by way of the dialog's form."""
    ahead = next((move for move in moves if move.kind == "advance" and move.stage.on_path), None)
    return ahead if ahead and _can_be_chosen(ahead, at) else None


def _forward(moves: Sequence[PossibleMove], expected: PossibleMove | None) -> str:
    ahead = (move for move in moves if move.kind == "advance" and move.is_allowed)
    focused = expected or next(ahead, None)
    return focused.stage.key if focused else ""


def _kept(typed: QueryDict, shown: set[str]) -> Sequence[tuple[str, str]]:
    return [
        (f"{KEPT}{name}", text)
        for name in typed
        if (name == "reason" or name.startswith("field.")) and name.removesuffix(".shown") not in shown
        for text in typed.getlist(name)
        if text.strip() and not name.endswith(".shown")
    ]


def _can_be_chosen(move: PossibleMove, at: Desk) -> bool:
    return move.is_allowed or (bool(move.missing) and at.by.may("case.edit"))


def _asked(
    case: CaseRow, to: PossibleMove, typed: QueryDict, at: Desk, error: Refused | None
) -> list[AskedValue]:
    values = typed_values(typed)
    wrong = error.fields if error else {}
    asked = [
        asked_value(field, case.data.get(field.key), at, typed=values.get(field.key),
                    error=wrong.get(field.key, ""), required=True)
        for field in to.missing
    ]  # fmt: skip
    return [replace(each, id=f"move-{each.field.key}") for each in asked]  # the page may ask for it as well
