"""The board: stages as columns, cases as cards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casefy.errors import Missing
from cases.board import CARDS, BoardColumn, board_of
from cases.machine import possible_moves
from cases.queries import MOST, CaseRow
from cases.running import running_by_template
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import show
from tenants.directory import Person
from ui.cases.desk import Desk, desk
from ui.draw import draw

if TYPE_CHECKING:
    from ui.entering import InOrganization

FACTS_ON_A_CARD = 2
SHORT_KINDS = frozenset({"integer", "decimal", "money", "date", "choice", "choices", "yes_no", "text"})


@dataclass(frozen=True, slots=True)
class Card:
    """A case on the board.

    `may_not` is JSON: for each stage it cannot go to, why not. `asks` names the stages that ask for a reason.
    """

    case: CaseRow
    owner: Person | None
    team: str
    since: datetime
    facts: Sequence[tuple[str, str]]
    may_not: str
    asks: str


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the board with its cards."""

    stage: BoardColumn
    cards: Sequence[Card]
    seconds: float | None


@require_safe
def boards(request: "InOrganization") -> HttpResponse:
    """Show the templates there are boards of."""
    at = desk(request)
    templates = at.known.in_use()
    running = running_by_template([template.id for template in templates], request.actor)
    shown = [(template, running.get(template.id, 0)) for template in templates]
    return draw(
        request, "cases/boards.html", {"here": "boards", "boards": shown}, fragments=["cases/_boards.html"]
    )


@require_safe
def board(request: "InOrganization", key: str) -> HttpResponse:
    """Show one template's board."""
    at = desk(request)
    template = at.known.by_key.get(key)
    if template is None:
        raise Missing("There is no such board.", code="no_such_template")
    cards = _wanted(request.GET.get("cards", ""))
    columns = [_column(column, template, at) for column in board_of(template, request.actor, cards=cards)]
    context = {
        "here": "boards",
        "template": template,
        "columns": columns,
        "more": min(cards + 50, MOST),
        "can_show_more": cards < MOST,
        "boards": at.known.in_use(),
        "is_empty": not any(column.cards for column in columns),
    }
    return draw(request, "cases/board.html", context, fragments=["cases/_board.html"])


def _wanted(text: str) -> int:
    return max(CARDS, min(int(text), MOST)) if text.isdecimal() else CARDS


def _column(column: BoardColumn, template: TemplateView, at: Desk) -> Column:
    fields = _telling(template)
    return Column(
        column,
        [_card(row, template, fields, at) for row in column.rows],
        column.median_age.total_seconds() if column.median_age is not None else None,
    )


def _telling(template: TemplateView) -> list[Field]:
    """Return the fields that say most in little room: the first short ones that are nobody's personal data."""
    known = template.definition.active_fields
    return [field for field in known if field.kind in SHORT_KINDS and not field.is_personal]


def _card(case: CaseRow, template: TemplateView, fields: Sequence[Field], at: Desk) -> Card:
    moves = possible_moves(template.definition, case.standing)
    facts = [
        (f.name, show(f, case.data[f.key], at.place)) for f in fields if case.data.get(f.key) is not None
    ]
    return Card(
        case=case,
        owner=at.person(case.owner_id),
        team=at.team_name(case.team_id),
        since=case.stage_entered_at,
        facts=facts[:FACTS_ON_A_CARD],
        may_not=json.dumps({move.stage.key: move.why_not for move in moves if move.why_not}),
        asks=" ".join(move.stage.key for move in moves if move.needs_reason),
    )
