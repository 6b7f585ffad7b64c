"""What every template can name: the organization, who looks, what they may, and where else they belong."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from outbound.unread import unread_count
from tenants.actor import Actor
from tenants.directory import directory
from tenants.entering import organizations_of
from tenants.permissions import PERMISSIONS
from ui.live import live_of


class May:
    """Permissions as a template asks for them: `{% if may.case.move %}`."""

    def __init__(self, permissions: frozenset[str], prefix: str = "") -> None:
        self.permissions, self.prefix = permissions, prefix

    def __getitem__(self, name: str) -> "bool | May":
        full = f"{self.prefix}{name}"
        if full in PERMISSIONS:
            return full in self.permissions
        if any(known.startswith(f"{full}.") for known in PERMISSIONS):
            return May(self.permissions, f"{full}.")
        raise KeyError(f"{full} is not a permission")


def entered(request: HttpRequest) -> Mapping[str, Any]:
    """Give templates the organization, who looks and what they may, and what costs only where it is shown."""
    context: dict[str, Any] = {"demo": settings.DEMO}
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        user_id = request.user.pk
        context["organizations"] = SimpleLazyObject(lambda: organizations_of(user_id))
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return context
    return context | {
        "organization": request.organization,  # type: ignore[attr-defined]
        "base": f"/o/{request.organization.slug}",  # type: ignore[attr-defined]
        "live": SimpleLazyObject(lambda: live_of(request)),  # type: ignore[arg-type]
        "inbox_count": SimpleLazyObject(lambda: unread_count(actor)),
        "entry": request.entry,  # type: ignore[attr-defined]
        "actor": actor,
        "may": May(actor.permissions),
        "people": SimpleLazyObject(lambda: directory(actor.organization_id, actor.revision)),
    }
