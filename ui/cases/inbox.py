"""The inbox: what is new for me, what waits for me and for my teams."""

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.finding import Order, Search
from cases.queries import CaseRow, page_of_cases
from outbound.actions.notices import read_notices
from outbound.queries import inbox as notices_of
from tenants.scope import reading
from ui.cases.desk import Desk, case_numbered, desk
from ui.cases.feed import lines_of
from ui.draw import draw
from ui.reading import id_or_none

if TYPE_CHECKING:
    from ui.entering import InOrganization

TABS = (("new", "New"), ("mine", "Assigned to me"), ("held", "On hold"), ("unowned", "Nobody's yet"))
RUNNING = ("on_hold", "open")


@require_safe
def inbox(request: "InOrganization") -> HttpResponse:
    """Show what is new, or the running cases the visitor is asked to look after."""
    at = desk(request)
    tab = request.GET.get("tab", "new")
    what = _news(request, at) if tab == "new" else _cases(request, tab, at)
    context = {**_frame(tab, at), **what}
    return draw(request, "cases/inbox.html", context, fragments=["cases/_inbox.html"])


@require_POST
def read(request: "InOrganization") -> HttpResponse:
    """Mark everything new as read."""
    read_notices(by=request.actor)
    with reading():
        at = desk(request)
        context = {**_frame("new", at), **_news(request, at)}
        pieces = ["cases/_inbox.html", "ui/_inbox_count.html"]
        return draw(request, "cases/inbox.html", context, fragments=pieces)


@require_POST
def seen(request: "InOrganization", number: str) -> HttpResponse:
    """Mark what is new about one case as read: its page is open."""
    with reading():
        case_id = case_numbered(request, number).id
    read_notices(by=request.actor, case_id=case_id)
    with reading():
        context: dict[str, Any] = {"tabs": [], "tab": "new", "news": []}
        return draw(request, "cases/inbox.html", context, fragments=["ui/_inbox_count.html"])


def _frame(tab: str, at: Desk) -> dict[str, Any]:
    teams = ((str(team_id), at.team_name(team_id)) for team_id in at.people.teams_of(at.by.member_id))
    return {
        "here": "inbox",
        "tab": tab,
        "tabs": [
            {"href": f"{at.base}/inbox?tab={key}", "key": key, "text": text} for key, text in (*TABS, *teams)
        ],
        "topics": f"inbox:{at.by.member_id}" if tab == "new" else "organization",
        "is_beginning": not at.known.templates and at.by.may("template.edit"),
    }


def _news(request: "InOrganization", at: Desk) -> dict[str, Any]:
    if at.by.member_id is None:
        return {"news": [], "older": ""}
    page = notices_of(at.by, before=id_or_none(request.GET.get("before")))
    lines = lines_of([line.event for line in page.lines], at)
    return {
        "news": list(zip(page.lines, lines, strict=True)),
        "older": f"?tab=new&before={page.older}" if page.older else "",
        "has_unread": any(not line.is_read for line in page.lines),
    }


def _cases(request: "InOrganization", tab: str, at: Desk) -> dict[str, Any]:
    found = page_of_cases(_search(tab, at), at.by, cursor=request.GET.get("cursor", ""))
    return {
        "rows": [(case, at.stage_of(case), at.template_of(case), _is_due(case)) for case in found.rows],
        "older": f"?tab={tab}&cursor={found.next}" if found.next else "",
    }


def _search(tab: str, at: Desk) -> Search:
    order = Order("changed", is_descending=True)
    if tab == "held":
        return Search(
            owner=at.by.member_id, statuses=("on_hold",), order=Order("hold_until", is_descending=False)
        )
    if tab == "unowned":
        return Search(is_unowned=True, statuses=RUNNING, order=Order())
    team = next((id_ for id_ in at.people.teams_of(at.by.member_id) if str(id_) == tab), None)
    if team is not None:
        return Search(team=team, statuses=RUNNING, order=Order())
    return Search(owner=at.by.member_id, statuses=RUNNING, order=order)


def _is_due(case: CaseRow) -> bool:
    return case.hold_until is not None and case.hold_until <= timezone.localdate()
