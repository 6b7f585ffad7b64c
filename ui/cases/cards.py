"""The cards of a board. A board may draw hundreds, so a card is a format string, not a template."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString

from cases.board import CardRow
from cases.machine import possible_moves
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import KINDS, show
from ui.cases.desk import Desk
from ui.drawing import draw_in, escaped, face, time_since
from ui.templatetags.casefy_ui import symbol

FACTS_ON_A_CARD = 2
SHORT_KINDS = frozenset({"integer", "decimal", "money", "date", "choice", "choices", "yes_no", "text"})

_TICKET = (
    '<article id="ticket-{id}" class="ticket" data-ticket data-stage-now="{stage}" data-may-not="{may_not}" '
    'data-asks="{asks}" data-move-url="{address}/move" data-version="{version}">'
    '<div class="ticket-top"><span class="number">{number}</span><span class="pill {tone}" title="Time in this stage">'
    '{mark}<span class="sr-only">in this stage for </span>{time}</span></div>'
    '<p class="ticket-title"><a href="{address}" data-open draggable="false">{title}</a></p>{facts}'
    '<div class="ticket-foot"><span class="person">{owner}</span>{menu}</div></article>'
)
_MENU = (
    '<button type="button" class="btn btn-ghost btn-sm ticket-menu" data-move-menu hx-get="{address}/move" '
    'hx-target="#dialog" hx-swap="innerHTML" aria-label="Move {number} to another stage">{arrows}Move</button>'
)


class Cards:
    """Draws the cards of one board; what is equal for many of them is worked out once."""

    def __init__(self, template: TemplateView, at: Desk) -> None:
        self.definition, self.at = template.definition, at
        menu = _MENU.replace("{arrows}", symbol("arrow-right-left"))
        self.ticket = _TICKET.replace("{menu}", menu if at.by.may("case.move") else "")
        self.fields = [(field, escaped(field.name)) for field in _telling(template)]
        self.running = ("", symbol("timer"))
        self.held = ("tone-warning", symbol("circle-pause", "", "On hold,"))
        self.demanded = [field.key for field in self.definition.active_fields if field.required_from]
        self.now = timezone.now()
        self._ways: dict[tuple[str, str, tuple[str, ...]], tuple[SafeString, SafeString]] = {}
        self._owners: dict[tuple[UUID | None, UUID | None], SafeString] = {}

    def draw(self, case: CardRow) -> SafeString:
        """Return the card of a case."""
        address = SafeString(self.at.address(case.number))
        number = SafeString(escaped(case.number))
        may_not, asks = self._ways_of(case)
        tone, mark = self.held if case.status == "on_hold" else self.running
        return draw_in(
            self.ticket,
            id=case.id,
            stage=case.stage,
            may_not=may_not,
            asks=asks,
            address=address,
            version=case.version,
            number=number,
            title=case.title,
            tone=tone,
            mark=mark,
            time=time_since(case.stage_entered_at, self.now),
            facts=self._facts(case),
            owner=self._owner(case),
        )

    def _ways_of(self, case: CardRow) -> tuple[SafeString, SafeString]:
        """Return, as JSON, for each stage the case cannot go to why not; and the stages that ask for a reason.

        Both depend on where the case stands and on which demanded fields are empty, so few are worked out.
        """
        empty = tuple(key for key in self.demanded if case.data.get(key) is None)
        key = (case.stage, case.status, empty)
        if key not in self._ways:
            moves = possible_moves(self.definition, case.standing)
            may_not = json.dumps({move.stage.key: move.why_not for move in moves if move.why_not})
            asks = " ".join(move.stage.key for move in moves if move.needs_reason)
            self._ways[key] = (SafeString(escaped(may_not)), SafeString(escaped(asks)))
        return self._ways[key]

    def _facts(self, case: CardRow) -> SafeString:
        shown: list[str] = []
        for field, name in self.fields:
            stored = case.data.get(field.key)
            if stored is not None and len(shown) < FACTS_ON_A_CARD:
                said = f"<b>{escaped(show(field, stored, self.at.place))}</b>"
                is_figure = KINDS[field.kind].index == "number"
                shown.append(
                    f'<span class="fact-figure"><span>{name}</span>{said}</span>'
                    if is_figure
                    else f"<span>{name} {said}</span>"
                )
        return SafeString(f'<p class="ticket-facts">{"".join(shown)}</p>' if shown else "")

    def _owner(self, case: CardRow) -> SafeString:
        key = (case.owner_id, None if case.owner_id else case.team_id)
        if key not in self._owners:
            self._owners[key] = self._face(case)
        return self._owners[key]

    def _face(self, case: CardRow) -> SafeString:
        person = self.at.person(case.owner_id)
        if person is not None:
            return face(person)
        if case.team_id is not None:
            team = self.at.team_name(case.team_id)
            return draw_in("{mark}<span>{team}</span>", mark=symbol("users-round", "icon-sm"), team=team)
        return _nobody()


def _nobody() -> SafeString:
    face = '<span class="face face-sm face-none" aria-hidden="true">{mark}</span><span>Nobody yet</span>'
    return draw_in(face, mark=symbol("user-round", "icon-sm"))


def _telling(template: TemplateView) -> Sequence[Field]:
    """Return the fields that say most in little room: the short ones that are nobody's personal data."""
    known = template.definition.active_fields
    return [field for field in known if field.kind in SHORT_KINDS and not field.is_personal]
