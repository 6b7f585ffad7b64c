"""Settings of the organization itself, and of oneself in it."""

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from casefy.errors import Refused
from tenants.actions.members import rename_member
from tenants.actions.organizations import update_organization
from tenants.scope import reading
from tenants.words import LOCALES, locales_to_choose, time_zones
from ui.draw import go
from ui.reading import number_or_none
from ui.settings_screen import address, reload, show, why_not

if TYPE_CHECKING:
    from ui.entering import InOrganization


@require_safe
def index(request: "InOrganization") -> HttpResponse:
    """Lead to the first screen."""
    return go(request, address(request, "general"))


@require_http_methods(["GET", "HEAD", "POST"])
def general(request: "InOrganization") -> HttpResponse:
    """Show or change the organization's name, time zone and locale."""
    if request.method != "POST":
        return _general(request)
    given = {name: request.POST.get(name, "") for name in ("name", "time_zone", "locale")}
    try:
        seen = number_or_none(request.POST.get("expected_version"))
        update_organization(by=request.actor, expected_version=seen, **given)
    except Refused as error:
        with reading():
            return _general(request, error)
    return reload(request, "Saved", "general")


def _general(request: "InOrganization", error: Refused | None = None) -> HttpResponse:
    organization = request.organization
    values = {"name": organization.name, "time_zone": organization.time_zone, "locale": organization.locale}
    if error is not None:
        values |= {name: request.POST.get(name, "") for name in values}
    context = {
        "values": values,
        "version": (error.details.get("version") if error else None) or request.entry.revision,
        "error": error,
        "zones": [(name, name.replace("_", " ")) for name in time_zones()],
        "locales": locales_to_choose(),
        "locale_name": LOCALES.get(values["locale"], values["locale"]),
        "why_not": why_not(request, "organization.manage"),
    }
    return show(request, "general", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: "InOrganization") -> HttpResponse:
    """Show who I am here and how I log in, or change my name."""
    if request.method != "POST":
        return _me(request)
    try:
        rename_member(by=request.actor, member_id=request.entry.member_id, name=request.POST.get("name", ""))
    except Refused as error:
        with reading():
            return _me(request, error)
    return reload(request, "Saved", "me")


def _me(request: "InOrganization", error: Refused | None = None) -> HttpResponse:
    Type = Authenticator.Type  # noqa: N806  the library's name
    has = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "name": request.POST.get("name", "") if error else request.entry.member_name,
        "error": error,
        "has_totp": Type.TOTP in has,
        "passkeys": has.count(Type.WEBAUTHN),
        "has_codes": Type.RECOVERY_CODES in has,
    }
    return show(request, "me", context, status=error.status if error else 200)
