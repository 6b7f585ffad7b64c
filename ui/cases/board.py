"""The board: stages as columns, cases as cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from casefy.errors import Missing
from cases.board import CARDS, BoardColumn, board_of
from cases.finding import Search
from cases.queries import MOST, page_of_cases
from cases.running import running_by_template
from ui.cases.cards import Cards
from ui.cases.desk import desk
from ui.draw import draw
from ui.reading import number_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the board with its cards."""

    stage: BoardColumn
    cards: Sequence[SafeString]
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
    wanted = _wanted(request.GET.get("cards", ""))
    cards = Cards(template, at)
    columns = [_column(column, cards) for column in board_of(template, at.by, cards=wanted)]
    is_empty = not any(column.cards for column in columns)
    ended = Search(template=template, statuses=("cancelled", "closed"))
    context = {
        "here": "boards",
        "template": template,
        "columns": columns,
        "more": min(wanted + 50, MOST),
        "can_show_more": wanted < MOST,
        "boards": at.known.in_use(),
        "is_empty": is_empty,
        "has_ended": is_empty and bool(page_of_cases(ended, at.by, limit=1).rows),
    }
    return draw(request, "cases/board.html", context, fragments=["cases/_board.html"])


def _wanted(text: str) -> int:
    return max(CARDS, min(number_or_none(text) or CARDS, MOST))


def _column(column: BoardColumn, cards: Cards) -> Column:
    seconds = column.median_age.total_seconds() if column.median_age is not None else None
    return Column(column, [cards.draw(case) for case in column.rows], seconds)
