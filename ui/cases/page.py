"""The case page: where it stands, what it says, what may be done, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.actions.changing import TITLE
from cases.history import has_history, of_field
from cases.machine import PossibleMove, possible_moves
from cases.queries import CaseRow
from templates_app.definition import Definition, Stage
from tenants.directory import Person
from tenants.seeing import people_known_to
from timeline.queries import Told
from timeline.queries import page as timeline_page
from ui.cases.desk import Desk, case_numbered, choices_of, desk
from ui.cases.feed import KINDS, folded, lines_of, types_of
from ui.cases.moving import next_move
from ui.cases.values import values_of
from ui.draw import Toast, draw, go, is_on_its_own
from ui.reading import id_or_none, number_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization

PIECES = ("cases/_head.html", "cases/_values.html", "cases/_feed_filter.html", "cases/_feed.html")
EVENTS, MOST_EVENTS = 40, 200  # shown at first; shown at most before older ones are a page of their own


class WhoCould:
    """Who could do what the visitor may not, as a template asks: `who_could.assign`."""

    def __init__(self, at: Desk) -> None:
        self.at = at

    def __getitem__(self, act: str) -> str:
        return self.at.people.who_could(f"case.{act}")


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the strip, with the seconds the case has spent there; `move` leads to it from where the case is."""

    stage: Stage
    seconds: float | None
    is_here: bool
    was_here: bool
    move: PossibleMove | None


@require_safe
def case_page(request: "InOrganization", number: str) -> HttpResponse:
    """Show one case; `kind`, `person`, `field` and `before` choose what of its timeline."""
    case = case_numbered(request, number)
    context = context_of(request, case)
    return draw(request, "cases/case.html", context, fragments=PIECES)


def case_changed(request: HttpRequest, case: CaseRow, text: str) -> HttpResponse:
    """Answer an act: its page's pieces where it was sent from there, and elsewhere a hint to look again."""
    if is_on_its_own(request):
        messages.success(request, text)
        return go(request, desk(request).address(case.number))  # type: ignore[arg-type]
    context = context_of(request, case)  # type: ignore[arg-type]
    return draw(
        request, "cases/case.html", context, fragments=PIECES, toast=Toast(text),
        headers={"HX-Trigger": "casefy:look-again"} if not _is_from_its_page(request, case) else None,
    )  # fmt: skip


def _is_from_its_page(request: HttpRequest, case: CaseRow) -> bool:
    path = unquote(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    return path.endswith(f"/cases/{case.number}")


def context_of(request: "InOrganization", case: CaseRow) -> dict[str, Any]:
    """Return what every piece of the page is drawn from. One statement: the timeline."""
    at = desk(request)
    template = at.template_of(case)
    moves = possible_moves(template.definition, case.standing)
    return {
        "here": "cases",
        "case": case,
        "template": template,
        "stage": at.stage_of(case),
        "owner": at.person(case.owner_id),
        "team": at.team_name(case.team_id),
        "steps": steps_of(template.definition, case, moves),
        "moves": moves,
        "next_move": next_move(moves, at),
        "outcome": template.definition.outcome(case.outcome) if case.outcome else None,
        "who_could": WhoCould(at),
        **values_of(case, template.definition, at),
        **_feed(request, case, at),
    }


def steps_of(definition: Definition, case: CaseRow, moves: Sequence[PossibleMove]) -> Sequence[Step]:
    """Return the expected path, and every other stage the case has been in."""
    steps, to = [], {move.stage.key: move for move in moves}
    for stage in definition.stages:
        is_here = stage.key == case.stage
        spent = case.stage_seconds.get(stage.key)
        if is_here and case.is_running:
            spent = (spent or 0) + max(0.0, (timezone.now() - case.stage_entered_at).total_seconds())
        if is_here or spent is not None or (stage.on_path and not stage.is_retired):
            steps.append(Step(stage, spent, is_here, spent is not None and not is_here, to.get(stage.key)))
    return steps


def _feed(request: "InOrganization", case: CaseRow, at: Desk) -> dict[str, Any]:
    asked = _asked(request)
    kind = asked.get("kind", "") if asked.get("kind") in KINDS else ""
    definition = at.template_of(case).definition
    field = asked.get("field", "") if has_history(definition, asked.get("field", "")) else ""
    member, before = id_or_none(asked.get("person")), number_or_none(asked.get("before"))
    events = max(EVENTS, min(number_or_none(asked.get("events")) or EVENTS, MOST_EVENTS))
    found = timeline_page(
        case.id, before=before, limit=events + 1, types=types_of(kind), member=member, field=field
    )
    if field:
        found = of_field(found, field)
    chosen = {"kind": kind, "person": str(member or ""), "field": field}
    around = _people_around(case, found, at)
    return {
        "mentionable": [{"name": p.name, "mention": p.name} for p in around],
        "feed": list(folded(lines_of(found[:events], at, definition=definition, field=field))),
        "feed_kind": kind,
        "feed_kinds": [(key, words, _query(chosen, kind=key)) for key, (words, _types) in KINDS.items()],
        "feed_every_kind": _query(chosen, kind=""),
        "feed_person": str(member or ""),
        "feed_people": choices_of(around),
        "feed_field": field,
        "feed_fields": _fields(definition, case),
        "feed_more": _query(chosen, before=str(found[events - 1].seq)) if len(found) > events else "",
        "feed_longer": _query(chosen, events=str(events + EVENTS))
        if events < MOST_EVENTS and not before
        else "",
    }


def _people_around(case: CaseRow, events: Sequence[Told], at: Desk) -> Sequence[Person]:
    """Return whom the visitor may name here: those they know, and those who have the case or did something in it."""
    met = [case.owner_id, *(event.actor_id for event in events), *(event.on_behalf_of for event in events)]
    return people_known_to(at.by, met)


def _fields(definition: Definition, case: CaseRow) -> list[tuple[str, str]]:
    known = [each for each in definition.fields if not each.is_retired or each.key in case.data]
    return [(TITLE, "Title"), *((each.key, each.name) for each in known)]


def _query(chosen: Mapping[str, str], **more: str) -> str:
    return f"?{urlencode({name: value for name, value in {**chosen, **more}.items() if value})}"


def _asked(request: HttpRequest) -> QueryDict:
    # An act's answer draws the timeline as its page shows it, and that stands in the page's own address.
    if request.method == "GET":
        return request.GET
    return QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
