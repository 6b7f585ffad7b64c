"""Keys for the API: made, shown once, revoked."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casefy.errors import Refused
from casefy.paging import newest_first
from tenants.actions.tokens import NewToken, create_token, revoke_token
from tenants.permissions import PERMISSIONS
from tenants.queries import tokens_of
from tenants.scope import reading
from ui.draw import Toast
from ui.reading import day_or_none, id_or_none, number_or_none
from ui.settings_roles import permissions_by_area
from ui.settings_screen import ask, done, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization

LASTS = (("90", "90 days"), ("30", "30 days"), ("365", "One year"), ("never", "Never"), ("on", "On a day…"))


@require_safe
def tokens(request: "InOrganization") -> HttpResponse:
    """Show one's own tokens, and everybody's to whoever may manage them."""
    return _tokens(request, None)


def _tokens(request: "InOrganization", toast: Toast | None, made: NewToken | None = None) -> HttpResponse:
    manages = request.actor.may("token.manage")
    rows = tokens_of(None if manages else request.actor.member_id).filter(revoked_at=None)
    found = newest_first(rows, before=id_or_none(request.GET.get("before")))
    context = {
        "rows": [_row(token) for token in found.rows],
        "older": found.older,
        "made": made,
        "manages": manages,
        "why_not": why_not(request, "token.manage"),
        "me": request.actor.member_id,
    }
    return show(request, "tokens", context, toast=toast)


def _row(token: Any) -> dict[str, Any]:
    return {
        "token": token,
        "scopes": [PERMISSIONS.get(name, name) for name in token.scopes],
        "is_over": token.expires_at is not None and token.expires_at <= timezone.now(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: "InOrganization") -> HttpResponse:
    """Ask what the token is for, or make it and show it, this once."""
    if request.method != "POST":
        return ask(request, "tokens", "token", _asked(request))
    scopes = request.POST.getlist("scopes") if request.POST.get("reach") == "some" else []
    try:
        made = create_token(
            by=request.actor,
            name=request.POST.get("name", ""),
            scopes=scopes,
            expires_at=_expires_at(request),
        )
    except Refused as error:
        with reading():
            return ask(request, "tokens", "token", _asked(request), error=error)
    with reading():
        return _tokens(request, Toast("The token is made. Copy it now."), made)


@require_POST
def revoke(request: "InOrganization", token_id: UUID) -> HttpResponse:
    """Stop a token from working."""
    gone = revoke_token(by=request.actor, token_id=token_id)
    return done(request, f"The token {gone.name} is revoked", _tokens, "tokens")


def _expires_at(request: "InOrganization") -> datetime | None:
    lasts = request.POST.get("lasts", "")
    if lasts == "on":
        day = day_or_none(request.POST.get("expires_on"))
        # An empty or odd day reads as one that is over: the act asks for one in the future.
        end = day + timedelta(days=1) if day and day < date.max else timezone.localdate()
        return timezone.make_aware(datetime.combine(end, time.min))
    days = number_or_none(lasts)
    return timezone.now() + timedelta(days=min(days, 3650)) if days else None


def _asked(request: "InOrganization") -> dict[str, Any]:
    mine = request.actor.permissions
    chosen = set(request.POST.getlist("scopes"))
    return {
        "areas": [
            (area, [{"name": n, "words": w, "on": n in chosen} for n, w in names if n in mine])
            for area, names in permissions_by_area()
            if any(n in mine for n, _ in names)
        ],
        "lasts": LASTS,
        "lasts_chosen": request.POST.get("lasts", "90"),
        "reach": request.POST.get("reach", "all"),
    }
