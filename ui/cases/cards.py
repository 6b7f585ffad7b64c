"""The cards of a board. A board may draw hundreds, so a card is a format string, not a template."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cases.machine import possible_moves
from cases.queries import CaseRow
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import show
from ui.cases.desk import Desk
from ui.templatetags.casefy_ui import face_hue, in_words, since, symbol

FACTS_ON_A_CARD = 2
SHORT_KINDS = frozenset({"integer", "decimal", "money", "date", "choice", "choices", "yes_no", "text"})

_TICKET = (
    '<article id="ticket-{id}" class="ticket" data-ticket data-stage-now="{stage}" data-may-not="{may_not}" '
    'data-asks="{asks}" data-move-url="{address}/move" data-version="{version}">'
    '<div class="ticket-top"><span class="number">{number}</span>{pill}</div>'
    '<p class="ticket-title"><a href="{address}" data-open draggable="false">{title}</a></p>{facts}'
    '<div class="ticket-foot"><span class="person">{owner}</span>{menu}</div></article>'
)
_MENU = (
    '<button type="button" class="btn btn-ghost btn-sm ticket-menu" data-move-menu hx-get="{}/move" '
    'hx-target="#dialog" hx-swap="innerHTML" aria-label="Move {} to another stage">{}Move</button>'
)
_PILL = '<span class="pill {}" title="Time in this stage">{}<span class="sr-only">in this stage for </span>{}</span>'


class Cards:
    """Draws the cards of one board; what is equal for many of them is worked out once."""

    def __init__(self, template: TemplateView, at: Desk) -> None:
        self.definition, self.at = template.definition, at
        self.may_move = at.by.may("case.move")
        self.fields = _telling(template)
        self.demanded = [field.key for field in self.definition.active_fields if field.required_from]
        self._ways: dict[tuple[str, str, tuple[str, ...]], tuple[str, str]] = {}

    def draw(self, case: CaseRow) -> SafeString:
        """Return the card of a case."""
        address = f"{self.at.base}/cases/{quote(case.number, safe='')}"
        may_not, asks = self._ways_of(case)
        return format_html(
            _TICKET,
            id=case.id,
            stage=case.stage,
            may_not=may_not,
            asks=asks,
            address=address,
            version=case.version,
            number=case.number,
            title=case.title,
            pill=_pill(case),
            facts=self._facts(case),
            owner=self._owner(case),
            menu=format_html(_MENU, address, case.number, symbol("arrow-right-left"))
            if self.may_move
            else "",
        )

    def _ways_of(self, case: CaseRow) -> tuple[str, str]:
        """Return, as JSON, for each stage the case cannot go to why not; and the stages that ask for a reason.

        Both depend on where the case stands and on which demanded fields are empty, so few are worked out.
        """
        empty = tuple(key for key in self.demanded if case.data.get(key) is None)
        key = (case.stage, case.status, empty)
        if key not in self._ways:
            moves = possible_moves(self.definition, case.standing)
            may_not = json.dumps({move.stage.key: move.why_not for move in moves if move.why_not})
            self._ways[key] = (may_not, " ".join(move.stage.key for move in moves if move.needs_reason))
        return self._ways[key]

    def _facts(self, case: CaseRow) -> SafeString | str:
        known = [field for field in self.fields if case.data.get(field.key) is not None][:FACTS_ON_A_CARD]
        if not known:
            return ""
        shown = [(field.name, show(field, case.data[field.key], self.at.place)) for field in known]
        return format_html(
            '<p class="ticket-facts">{}</p>', format_html_join("", "<span>{} <b>{}</b></span>", shown)
        )

    def _owner(self, case: CaseRow) -> SafeString:
        person = self.at.person(case.owner_id)
        if person is not None:
            face = '<span class="face face-sm {}" aria-hidden="true">{}</span><span>{}</span>'
            return format_html(face, face_hue(person.id), person.initials, person.name)
        if case.team_id is not None:
            return format_html(
                "{}<span>{}</span>", symbol("users-round", "icon-sm"), self.at.team_name(case.team_id)
            )
        return _nobody()


def _pill(case: CaseRow) -> SafeString:
    is_held = case.status == "on_hold"
    mark = symbol("circle-pause", "", "On hold,") if is_held else symbol("timer")
    return format_html(_PILL, "tone-warning" if is_held else "", mark, in_words(since(case.stage_entered_at)))


def _nobody() -> SafeString:
    face = mark_safe('<span class="face face-sm face-none" aria-hidden="true">')
    return format_html("{}{}</span><span>Nobody yet</span>", face, symbol("user-round", "icon-sm"))


def _telling(template: TemplateView) -> Sequence[Field]:
    """Return the fields that say most in little room: the short ones that are nobody's personal data."""
    known = template.definition.active_fields
    return [field for field in known if field.kind in SHORT_KINDS and not field.is_personal]
