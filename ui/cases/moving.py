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
    """Return every move, the one chosen, and the fields to fill in for it."""
    moves = possible_moves(at.template_of(case).definition, case.standing)
    chosen = next((move for move in moves if move.stage.key == typed.get("to")), None)
    to = chosen if chosen and (chosen.is_allowed or _can_be_filled_in(chosen, at)) else None
    asked = _asked(case, to, typed, at, error) if to else []
    shown = {"reason", *(each.name for each in asked)} if to else set()
    return {
        "moves": moves,
        "to": to,
        "stage": at.stage_of(case),
        "asked_first": asked,
        "kept": _kept(typed, shown),
        "focus": typed.get("came_from") or _forward(moves),
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


def _forward(moves: Sequence[PossibleMove]) -> str:
    return next((move.stage.key for move in moves if move.kind == "advance" and move.is_allowed), "")


def _kept(typed: QueryDict, shown: set[str]) -> Sequence[tuple[str, str]]:
    return [
        (f"{KEPT}{name}", text)
        for name in typed
        if (name == "reason" or name.startswith("field.")) and name.removesuffix(".shown") not in shown
        for text in typed.getlist(name)
        if text.strip() and not name.endswith(".shown")
    ]


def _can_be_filled_in(move: PossibleMove, at: Desk) -> bool:
    return bool(move.missing) and at.by.may("case.edit")


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
