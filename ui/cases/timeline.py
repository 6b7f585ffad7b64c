"""The timeline of the whole organization, newest first. What it is narrowed to stands in its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from casefy.writing import writing
from cases.narrowing import MINE
from cases.queries import case_by_number
from templates_app.queries import version_numbers
from tenants.seeing import permit_browsing
from timeline.queries import Told
from timeline.searching import Found, Sought, day_begins, found, read_place, write_place
from ui.cases.desk import Desk, desk
from ui.cases.feed import KINDS, folded, lines_of
from ui.draw import draw
from ui.reading import day_or_none, id_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization

EVENTS = 50
FILTERS = ("kind", "by", "template", "case", "from", "to")
ACTORS = (
    ("token", "API tokens"),
    ("system", "CaseFy itself"),
    ("rule", "Rules"),
    ("agent", "Agents"),
    ("participant", "People outside"),
)


@dataclass(slots=True)
class Asked:
    """What the address asks for: what it says, what that means, and what makes no sense, by filter."""

    given: dict[str, str]
    sought: Sought
    wrong: dict[str, str]


@require_safe
def timeline(request: "InOrganization") -> HttpResponse:
    """Show what happened in the organization; FILTERS and `before` choose what of it."""
    at = desk(request)
    permit_browsing(at.by)
    asked = _asked(request.GET, at)
    page = Found([], None) if asked.wrong else _page(asked, request.GET.get("before", ""))
    context = {
        "here": "timeline",
        "feed": list(folded(lines_of(page.events, at, _links(page.events, at)))),
        "looked_back_to": page.older[0] if page.older and not page.is_all else None,
        "older": _address(asked.given, before=write_place(page.older)) if page.older else "",
        "newest": _address(asked.given),
        "is_first_page": "before" not in request.GET,
        "wrong": asked.wrong,
        **_filters(asked, at, page.events),
    }
    status = 422 if asked.wrong else 200
    return draw(request, "cases/timeline.html", context, fragments=["cases/_timeline.html"], status=status)


def _page(asked: Asked, before: str) -> Found:
    return found(asked.sought, before=read_place(before), limit=EVENTS)


def _asked(query: QueryDict, at: Desk) -> Asked:
    given = {name: text for name in FILTERS if (text := query.get(name, "").strip())}
    wrong: dict[str, str] = {}
    kind, actor = given.get("kind", ""), given.get("by", "")
    template = at.known.by_key.get(given.get("template", ""))
    if "template" in given and template is None:
        wrong["template"] = "There is no such template."
    since, until = _bounds(given, wrong)
    sought = Sought(
        types=KINDS[kind][1] if kind in KINDS else (),
        is_setup=kind == "setup",
        person=id_or_none(actor),
        actor_kind=actor if actor in dict(ACTORS) else "",
        template=template.id if template else None,
        versions=tuple(version_numbers(template.id)) if template else (),
        case=_case(given, at, wrong),
        since=since,
        until=until,
    )
    return Asked(given, sought, wrong)


def _case(given: dict[str, str], at: Desk, wrong: dict[str, str]) -> UUID | None:
    if "case" not in given:
        return None
    case = case_by_number(given["case"], at.by)
    if case is None:
        wrong["case"] = f"There is no case {given['case']} that you may see. Give its whole number."
    return case.id if case else None


def _bounds(given: dict[str, str], wrong: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return when the days asked for begin and end where the organization is."""
    days = {}
    for name in ("from", "to"):
        days[name] = day_or_none(given.get(name))
        if name in given and days[name] is None:
            wrong[name] = f"Write the day as {writing().example}."
    first, last = days["from"], days["to"]
    if first and last and first > last:
        wrong["to"] = "The last day lies before the first one. Exchange them."
    if wrong:
        return None, None
    zone = ZoneInfo(timezone.get_current_timezone_name())
    after = last + timedelta(days=1) if last and last < date.max else None
    return day_begins(first, zone), day_begins(after, zone)


def _filters(asked: Asked, at: Desk, events: Sequence[Told]) -> dict[str, Any]:
    given = asked.given
    kinds = [*((key, words) for key, (words, _types) in KINDS.items()), ("setup", "Set-up")]
    people = [(str(person.id), person.name) for person in at.people.people.values()]
    return {
        "given": given,
        "days": [day.isoformat() if (day := day_or_none(given.get(name))) else "" for name in ("from", "to")],
        "feed_kind": given.get("kind", ""),
        "feed_kinds": [(key, words, _address(given, kind=key)) for key, words in kinds],
        "feed_every_kind": _address(given, kind=""),
        "actors": [*sorted(people, key=lambda each: each[1].casefold()), *ACTORS, *_token(given, at, events)],
        "templates": [(view.key, view.name) for view in at.known.by_key.values()],
        "is_narrowed": bool(given),
    }


def _token(given: dict[str, str], at: Desk, events: Sequence[Told]) -> list[tuple[str, str]]:
    """Return the token asked for as a choice: there may be thousands, so they are not offered one by one."""
    actor = id_or_none(given.get("by"))
    if actor is None or actor in at.people.people:
        return []
    label = next((event.actor_label for event in events if event.actor_id == actor), "This token")
    return [(str(actor), label)]


def _address(given: dict[str, str], **changed: str) -> str:
    return f"?{urlencode({name: value for name, value in {**given, **changed}.items() if value})}"


def _links(events: Sequence[Told], at: Desk) -> dict[UUID, tuple[str, str]]:
    """Return address and number of the cases the events are about, of those the visitor may see. One statement."""
    ids = {event.stream_id for event in events if event.stream_kind == "case"}
    if not ids or not at.by.may("case.view"):
        return {}
    with connection.cursor() as sql:
        sql.execute(f"SELECT c.id, c.number FROM cases_case c WHERE {MINE} AND c.id = ANY(%s)", [list(ids)])
        return {id_: (at.address(number), number) for id_, number in sql.fetchall()}
