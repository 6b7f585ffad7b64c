"""Outside of any organization: the way in, the first organization, and invitations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefy.errors import Refused
from tenants.actions.invitations import accept_invitation
from tenants.actions.organizations import create_organization, suggest_slug
from tenants.entering import offer_for, offers_to, organizations_of
from tenants.invitation_secrets import secret_of
from tenants.models import User
from tenants.words import locales_to_choose, time_zones
from ui.accounts import note_mailed
from ui.draw import draw, go
from ui.entering import LAST
from ui.reading import id_or_none
from ui.settings_screen import with_query


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the organization one was in last, or to making the first."""
    if not request.user.is_authenticated:
        return go(request, "/accounts/login/")
    mine = [each.slug for each in organizations_of(request.user.pk)]
    if not mine:
        return go(request, "/welcome")
    last = request.COOKIES.get(LAST, "")
    return go(request, f"/o/{last if last in mine else mine[0]}/inbox")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_organization(request: HttpRequest, *, is_first: bool = False) -> HttpResponse:
    """Offer invitations that wait, ask for a new organization, or make it."""
    assert isinstance(request.user, User)
    values = {"name": "", "slug": "", "time_zone": "UTC", "locale": "en"}
    if request.method != "POST":
        return _form(request, values, is_first=is_first)
    values = {name: request.POST.get(name, "") for name in values}
    try:
        made = create_organization(user=request.user, **values)
    except Refused as error:
        return _form(request, values, error, is_first=is_first)
    messages.success(request, f"{made.organization.name} is ready.")
    return go(request, f"/o/{made.organization.slug}/inbox")


def _form(
    request: HttpRequest, values: dict[str, str], error: Refused | None = None, *, is_first: bool
) -> HttpResponse:
    assert isinstance(request.user, User)
    context: dict[str, Any] = {
        "values": values,
        "error": error,
        "is_first": is_first,
        "offers": offers_to(request.user.id),
        "zones": [(name, name.replace("_", " ")) for name in time_zones()],
        "locales": locales_to_choose(),
    }
    return draw(request, "account/organization.html", context, status=error.status if error else 200)


@login_required
@require_safe
def slug(request: HttpRequest) -> HttpResponse:
    """Draw the address field anew, with a free address for the name typed."""
    name = request.GET.get("name", "")[:120]
    values = {"slug": suggest_slug(name) if name.strip() else ""}
    return draw(
        request, "account/_slug-field.html", {"values": values}, fragments=["account/_slug-field.html"]
    )


@login_required
@require_POST
def accept_offer(request: HttpRequest) -> HttpResponse:
    """Accept an invitation from the list of those that wait for one's own address."""
    invitation_id = id_or_none(request.POST.get("invitation"))
    secret = secret_of(invitation_id) if invitation_id else ""
    return _accept(request, secret)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites to what, with the way in for whoever is not logged in yet; or accept."""
    if request.method == "POST" and request.user.is_authenticated:
        return _accept(request, secret)
    offer = offer_for(secret)
    if offer and not request.user.is_authenticated:
        note_mailed(request, offer, secret)
    context = {
        "offer": offer,
        "login_url": with_query("/accounts/login/", next=request.path),
        "signup_url": with_query("/accounts/signup/", next=request.path, email=offer.email if offer else ""),
        "is_theirs": bool(offer and request.user.is_authenticated and request.user.email == offer.email),
    }
    return render(request, "account/invitation.html", context, status=200 if offer else 404)


def _accept(request: HttpRequest, secret: str) -> HttpResponse:
    assert isinstance(request.user, User)
    joined = accept_invitation(user=request.user, secret=secret)
    messages.success(request, format_html("Welcome, {}.", joined.member.name))
    return go(request, f"/o/{joined.slug}/inbox")
