"""Who comes in through the JSON door: the holder of a token, or somebody logged in to the browser."""

from copy import copy
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.datastructures import MultiValueDict

from api.refusals import BadRequest, Unauthenticated
from casefy.errors import Forbidden, Missing
from tenants.entering import Entry, enter_by_token, enter_by_user, organizations_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_TOKEN = "Send an API token: Authorization: Bearer cfy_…"  # noqa: S105 - a sentence, not a secret
_BAD_TOKEN = "This token does not work: it is wrong, expired or revoked, or its member is deactivated."  # noqa: S105


def bearer(request: HttpRequest) -> str | None:
    """Return the token that was sent, None without one. Raises Unauthenticated for another scheme."""
    given = request.META.get("HTTP_AUTHORIZATION")
    if not given:
        return None
    scheme, _, secret = given.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated(_NO_TOKEN)
    return str(secret.strip())


def admit(request: HttpRequest, slug: str | None = None) -> Entry:
    """Let the caller in, in one statement, and return who it is. Inside a transaction the tenant is set for its rest.

    `slug` is the organization the address names, if it names one. Raises Unauthenticated, Forbidden for
    a session without its CSRF token, BadRequest where it is not said which organization is meant, and
    Missing for one the caller does not belong to.
    """
    secret = bearer(request)
    if secret is None:
        return _by_session(request, slug)
    entry = enter_by_token(secret)
    if entry is None:
        raise Unauthenticated(_BAD_TOKEN)
    wanted = slug or request.META.get("HTTP_X_ORGANIZATION")
    if wanted and wanted != entry.slug:
        raise no_such_organization()
    return entry


def logged_in(request: HttpRequest) -> UUID:
    """Return the id of the user of this session. Raises Unauthenticated, and Forbidden without the CSRF token."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        raise Unauthenticated(_NO_TOKEN)
    if request.method not in SAFE:
        _check_csrf(request)
    user_id: UUID = user.pk
    return user_id


def no_such_organization() -> Missing:
    """Return the refusal for an organization that is not there, or not the caller's."""
    return Missing("There is no such organization.")


def _by_session(request: HttpRequest, slug: str | None) -> Entry:
    user_id = logged_in(request)
    wanted = (
        slug
        or request.META.get("HTTP_X_ORGANIZATION")
        or request.session.get("organization")
        or _only_one(user_id)
    )
    entry = enter_by_user(user_id, wanted)
    if entry is None:
        raise no_such_organization()
    return entry


def _only_one(user_id: UUID) -> str:
    places = organizations_of(user_id)
    if len(places) != 1:
        raise BadRequest(
            "Say which organization is meant: send its slug as X-Organization.",
            code="organization_needed",
            details={"organizations": [place.slug for place in places]},
        )
    return places[0].slug


class _Csrf(CsrfViewMiddleware):
    def _reject(self, _request: HttpRequest, reason: str) -> str:
        return reason


def _check_csrf(request: HttpRequest) -> None:
    check = _Csrf(_nothing)
    bodiless = copy(request)  # the token comes as a header: no body is read before it is known whose it is
    bodiless._post, bodiless._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    check.process_request(bodiless)
    reason = check.process_view(bodiless, _nothing, (), {})
    if reason:
        raise Forbidden(f"{reason} Send the csrftoken cookie's value as X-CSRFToken.", code="csrf")


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
