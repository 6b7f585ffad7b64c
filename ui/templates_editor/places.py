"""Places in the designer: their addresses, and where a visitor was when they acted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from templates_app.soundness import Problem

if TYPE_CHECKING:
    from ui.entering import InOrganization

TABS = ("stages", "fields", "moves", "numbers", "changes", "history")
EVENTS, MOST_EVENTS = 40, 400


@dataclass(frozen=True, slots=True)
class Where:
    """The place in the designer: its tab, the stage selected, and what the matrix shows."""

    tab: str = "stages"
    stage: str = ""
    shows: str = "forbidden"
    events: int = EVENTS


def address(request: "InOrganization", key: str, tab: str = "stages") -> str:
    """Where a tab of a template's designer is."""
    base = f"/o/{request.organization.slug}/templates/{key}"
    return base if tab == "stages" else f"{base}/{tab}"


def where_of(request: HttpRequest) -> Where:
    """Where the visitor was when they acted: the page's address says it, or the form's hidden `tab`."""
    current = urlsplit(request.headers.get("HX-Current-URL", ""))
    last = current.path.rstrip("/").rpartition("/")[2]
    tab = last if last in TABS else request.POST.get("tab", "stages")
    return asked(tab, QueryDict(current.query))


def asked(tab: str, given: Mapping[str, str]) -> Where:
    """The place an address names; what makes no sense in it is left out."""
    events = given.get("events", "")
    return Where(
        tab=tab if tab in TABS else "stages",
        stage=given.get("stage", ""),
        shows="reasons" if given.get("show") == "reasons" else "forbidden",
        events=min(int(events), MOST_EVENTS) if events.isdecimal() and len(events) < 6 else EVENTS,
    )


def place_of(request: "InOrganization", key: str, problem: Problem) -> str:
    """Where a problem can be mended."""
    section, _, name = problem.path.partition(".")
    if section == "stages":
        return f"{address(request, key)}?stage={name}" if name else address(request, key)
    tabs = {"fields": "fields", "forbidden_moves": "moves"}
    return address(request, key, tabs.get(section, "numbers"))
