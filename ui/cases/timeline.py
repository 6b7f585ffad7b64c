"""The timeline of the whole organization, newest first."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cases.statements import MINE
from timeline.queries import Told, recent
from timeline.registry import event_types
from ui.cases.desk import Desk, desk
from ui.cases.feed import KINDS, folded, lines_of
from ui.draw import draw

if TYPE_CHECKING:
    from ui.entering import InOrganization

EVENTS = 50


@require_safe
def timeline(request: "InOrganization") -> HttpResponse:
    """Show what happened in the organization; `kind` and `before` choose what of it."""
    at = desk(request)
    at.by.require("timeline.view", at.people.who_could)
    kind = request.GET.get("kind", "")
    events = recent(before=_cursor(request.GET.get("before", "")), limit=EVENTS + 1, types=_types(kind))
    shown = events[:EVENTS]
    older = f"{shown[-1].recorded_at.isoformat()}~{shown[-1].position}" if len(events) > EVENTS else ""
    context = {
        "here": "timeline",
        "feed": list(folded(lines_of(shown, at, _links(shown, at)))),
        "feed_kind": kind,
        "feed_kinds": [(key, words, f"?kind={key}") for key, words in (*_kinds(), ("setup", "Set-up"))],
        "feed_every_kind": "?",
        "older": f"?{urlencode({'kind': kind, 'before': older} if kind else {'before': older})}"
        if older
        else "",
        "is_first_page": "before" not in request.GET,
    }
    return draw(request, "cases/timeline.html", context, fragments=["cases/_timeline.html"])


def _kinds() -> list[tuple[str, str]]:
    return [(key, words) for key, (words, _types) in KINDS.items()]


def _types(kind: str) -> list[str]:
    if kind == "setup":
        return [type_ for type_ in event_types if not type_.startswith("case.")]
    return list(KINDS[kind][1]) if kind in KINDS else []


def _cursor(text: str) -> tuple[datetime, int] | None:
    at, _, position = text.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), int(position)
    except (ValueError, OverflowError):
        return None


def _links(events: list[Told], at: Desk) -> dict[UUID, tuple[str, str]]:
    """Return address and number of the cases the events are about, of those the visitor may see. One statement."""
    ids = {event.stream_id for event in events if event.stream_kind == "case"}
    if not ids or not at.by.may("case.view"):
        return {}
    with connection.cursor() as sql:
        sql.execute(f"SELECT c.id, c.number FROM cases_case c WHERE {MINE} AND c.id = ANY(%s)", [list(ids)])
        return {id_: (f"{at.base}/cases/{number}", number) for id_, number in sql.fetchall()}
