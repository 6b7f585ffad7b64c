"""The inbox: what waits for me, and for my teams."""

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.finding import Order, Search
from cases.queries import CaseRow, page_of_cases
from ui.cases.desk import Desk, desk
from ui.draw import draw

if TYPE_CHECKING:
    from ui.entering import InOrganization

TABS = (("mine", "Assigned to me"), ("held", "On hold"), ("unowned", "Nobody's yet"))


@require_safe
def inbox(request: "InOrganization") -> HttpResponse:
    """Show the running cases the visitor is asked to look after."""
    at = desk(request)
    tab = request.GET.get("tab", "mine")
    found = page_of_cases(_search(tab, at), at.by, cursor=request.GET.get("cursor", ""))
    tabs = [
        *TABS,
        *((str(team_id), at.team_name(team_id)) for team_id in at.people.teams_of(at.by.member_id)),
    ]
    context: dict[str, Any] = {
        "here": "inbox",
        "tab": tab,
        "tabs": [{"href": f"{at.base}/inbox?tab={key}", "key": key, "text": text} for key, text in tabs],
        "rows": [(case, at.stage_of(case), at.template_of(case), _is_due(case)) for case in found.rows],
        "older": f"?tab={tab}&cursor={found.next}" if found.next else "",
        "topics": f"member:{at.by.member_id} organization",
    }
    return draw(request, "cases/inbox.html", context, fragments=["cases/_inbox.html"])


def _search(tab: str, at: Desk) -> Search:
    order = Order("changed", is_descending=True)
    running = ("on_hold", "open")
    if tab == "held":
        return Search(owner=at.by.member_id, statuses=("on_hold",), order=order)
    if tab == "unowned":
        return Search(is_unowned=True, statuses=running, order=Order())
    team = next((id_ for id_ in at.people.teams_of(at.by.member_id) if str(id_) == tab), None)
    if team is not None:
        return Search(team=team, statuses=running, order=Order())
    return Search(owner=at.by.member_id, statuses=running, order=order)


def _is_due(case: CaseRow) -> bool:
    return case.hold_until is not None and case.hold_until <= timezone.localdate()
