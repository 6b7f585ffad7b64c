"""Mails and events that could not be delivered, and what becomes of them."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from outbound.actions.deliveries import give_up_delivery, retry_delivery
from outbound.queries import DeadPage, dead_letters, read_place, write_place
from ui.draw import Toast
from ui.settings_screen import done, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_safe
def deliveries(request: "InOrganization") -> HttpResponse:
    """Show what could not be delivered."""
    return _deliveries(request, None)


def _deliveries(request: "InOrganization", toast: Toast | None) -> HttpResponse:
    why = why_not(request, "outbox.manage")
    found = DeadPage((), None) if why else dead_letters(read_place(request.GET.get("before", "")))
    older = write_place(found.older) if found.older else ""
    return show(
        request, "deliveries", {"letters": found.letters, "older": older, "why_not": why}, toast=toast
    )


@require_POST
def retry(request: "InOrganization", delivery_id: UUID) -> HttpResponse:
    """Try once more."""
    retry_delivery(by=request.actor, delivery_id=delivery_id)
    return done(request, "It will be tried again now", _deliveries, "deliveries")


@require_POST
def give_up(request: "InOrganization", delivery_id: UUID) -> HttpResponse:
    """Drop it."""
    give_up_delivery(by=request.actor, delivery_id=delivery_id)
    return done(request, "Given up", _deliveries, "deliveries")
