"""The list of organizations one belongs to, for the switch in the sidebar."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_safe
def switch(request: "InOrganization") -> HttpResponse:
    """Draw the menu's lines; it is asked for when the menu is opened, so that pages do not pay for it."""
    return render(request, "ui/_switch.html")
