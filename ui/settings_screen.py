"""What the settings screens share: their tabs, their dialogs, and how an act's answer is drawn."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import urlencode

from casefy.errors import Refused
from tenants.directory import Directory, directory
from tenants.permissions import PERMISSIONS
from tenants.scope import reading
from tenants.seeing import may_see_people, people_for
from ui.draw import Toast, draw, go, wants_fragments
from ui.entering import enter_anew

if TYPE_CHECKING:
    from ui.entering import InOrganization

    Screen = Callable[[InOrganization, Toast | None], HttpResponse]

TABS = (
    ("general", "General"),
    ("members", "Members"),
    ("teams", "Teams"),
    ("roles", "Roles"),
    ("tokens", "API tokens"),
    ("deliveries", "Deliveries"),
    ("me", "You"),
)
OF_PEOPLE = ("members", "teams", "roles")


def people_of(request: "InOrganization") -> Directory:
    """Return who is who, to those who may see people. Inside a transaction."""
    return people_for(request.actor)


def why_not(request: "InOrganization", permission: str) -> str:
    """Return "" where the visitor has the permission, else a sentence with what is missing and who could."""
    if request.actor.may(permission):
        return ""
    return f"You may not {PERMISSIONS[permission]}. {_who_could(request, permission)}"


def _who_could(request: "InOrganization", permission: str) -> str:
    return directory(request.actor.organization_id, request.actor.revision).who_could(permission)


def address(request: "InOrganization", path: str = "") -> str:
    """Return the address of a settings screen of this organization."""
    return f"/o/{request.organization.slug}/settings{f'/{path}' if path else ''}"


def show(
    request: "InOrganization",
    tab: str,
    context: Mapping[str, Any],
    *,
    page: str = "",
    toast: Toast | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a settings screen: `settings/<tab>.html` with its fragment `settings/_<tab>.html`."""
    return draw(
        request,
        f"settings/{page or tab}.html",
        _with_tabs(request, tab, context),
        fragments=[f"settings/_{page or tab}.html"],
        toast=toast,
        status=status,
    )


def ask(
    request: "InOrganization",
    tab: str,
    name: str,
    context: Mapping[str, Any],
    *,
    error: Refused | None = None,
) -> HttpResponse:
    """Draw the dialog `settings/_<name>.html`: into the open page by htmx, on a page of its own otherwise."""
    filled = {"typed": request.POST, **context, "error": error, "dialog": f"settings/_{name}.html"}
    return draw(
        request,
        "settings/dialog.html",
        _with_tabs(request, tab, filled),
        fragments=[f"settings/_{name}.html"],
        status=error.status if error else 200,
    )


def done(request: "InOrganization", text: str, screen: "Screen", path: str) -> HttpResponse:
    """Answer an act that succeeded: the screen anew for htmx, a redirect to it for a browser."""
    if not wants_fragments(request):
        return reload(request, text, path)
    with reading():
        enter_anew(request)
        return screen(request, Toast(text))


def reload(request: "InOrganization", text: str, path: str) -> HttpResponse:
    """Answer an act that changed more than its screen, such as a name that stands in the sidebar."""
    messages.success(request, text)
    return go(request, address(request, path))


def _with_tabs(request: "InOrganization", tab: str, context: Mapping[str, Any]) -> dict[str, Any]:
    sees = may_see_people(request.actor)
    tabs = [
        {"href": address(request, key), "key": key, "text": text}
        for key, text in TABS
        if sees or key not in OF_PEOPLE
    ]
    return {**context, "here": "settings", "tab": tab, "tabs": tabs, "settings_url": address(request)}


def with_query(url: str, **values: str) -> str:
    """Return an address with a query, such as `?next=…`."""
    return f"{url}?{urlencode(values)}"
