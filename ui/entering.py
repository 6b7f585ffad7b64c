"""The door of an organization: everything under `/o/<slug>/` is entered here, once per request.

Whose session it is, and what they may do here, is one statement. A question (GET, HEAD) runs in one
READ ONLY transaction that the database itself let the visitor into. Any other method enters in a
statement of its own and then runs in the organization's scope: each act opens its own durable
transaction, and what a view reads after the act it reads `with reading():`. Nothing can be read
outside a transaction: the database would not know the tenant.

A response that streams is sent after the transaction has ended. It has to open its own
(`scoped_to` and `reading` inside the generator) and say so: `response.enters_by_itself = True`.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from casefy.writing import written_as
from tenants.actor import Actor
from tenants.entering import Entry, enter_by_user, user_and_entry
from tenants.models import User
from tenants.scope import entered, reading, scoped_to

WITHIN = re.compile(r"^/o/(?P<slug>[^/]+)(?:/|$)")
QUESTIONS = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 24 * 3600
LAST = "organization"  # the cookie that remembers where one was last


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """The organization as pages show it."""

    id: UUID
    slug: str
    name: str
    time_zone: str
    locale: str
    revision: int


if TYPE_CHECKING:

    class InOrganization(HttpRequest):
        """A request that came through the door."""

        entered_at: float  # seconds since the epoch, before anything was judged
        entry: Entry
        actor: Actor
        organization: OrganizationView


class EnteringMiddleware:
    """Lets members into their organization; for everybody else it does not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, inside the organization its address names."""
        match = WITHIN.match(request.path_info)
        if match is None:
            return self.get_response(request)
        if SESSION_KEY not in request.session:  # nobody's session costs no transaction
            return _to_login(request)
        try:
            with _inside(request, match["slug"]):
                response = self.get_response(request)
                _must_not_outlive(response)
        except NotLoggedIn:
            return _to_login(request)
        if request.COOKIES.get(LAST) != match["slug"]:
            response.set_cookie(
                LAST,
                match["slug"],
                YEAR,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


class NotLoggedIn(Exception):
    """The session is no longer the user's that it names."""


def enter(request: HttpRequest, slug: str) -> Entry:
    """Let the visitor in and note it on the request. Raises NotLoggedIn, and Http404 for whoever is not a member."""
    entered_at = time.time()
    user, entry = user_and_entry(UUID(request.session[SESSION_KEY]), slug)
    if user is None or not _is_theirs(request.session, user):
        raise NotLoggedIn
    request.user = user
    return _noted(request, entry, entered_at)


def enter_anew(request: "InOrganization") -> None:
    """Let the visitor in again: `request.actor.revision` is what an act of this request has made of it."""
    entered_at = time.time()
    user_id = request.user.pk
    assert user_id is not None, "whoever came in is logged in"
    _noted(request, enter_by_user(user_id, request.organization.slug), entered_at)


def _is_theirs(session: SessionBase, user: User) -> bool:
    """Return whether a session is still the user's: another password ends all of them, as Django has it."""
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


def _noted(request: HttpRequest, entry: Entry | None, entered_at: float) -> Entry:
    if entry is None:
        raise Http404
    correlation_id = request.actor.correlation_id if hasattr(request, "actor") else None
    request.entered_at = entered_at  # type: ignore[attr-defined]
    request.entry = entry  # type: ignore[attr-defined]
    request.actor = entry.actor(correlation_id)  # type: ignore[attr-defined]
    request.organization = OrganizationView(  # type: ignore[attr-defined]
        entry.organization_id,
        entry.slug,
        entry.organization_name,
        entry.time_zone,
        entry.locale,
        entry.revision,
    )
    structlog.contextvars.bind_contextvars(
        organization=str(entry.organization_id), actor=str(entry.member_id)
    )
    return entry


@contextmanager
def _inside(request: HttpRequest, slug: str) -> Iterator[None]:
    with ExitStack() as stack:
        if request.method in QUESTIONS:
            stack.enter_context(reading())
            entry = enter(request, slug)
            stack.enter_context(entered(entry.organization_id))
        else:
            entry = enter(request, slug)
            stack.enter_context(scoped_to(entry.organization_id))
        stack.enter_context(written_as(entry.locale))
        stack.enter_context(timezone.override(zone_named(entry.time_zone)))
        yield


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone, or UTC where this machine's tables do not know the name (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if request.htmx:  # type: ignore[attr-defined]
        # A fragment cannot show a login page: the browser is sent there as a whole, and comes back to the page.
        response = HttpResponse(status=204)
        page = request.htmx.current_url_abs_path or request.get_full_path()  # type: ignore[attr-defined]
        response["HX-Redirect"] = redirect_to_login(page)["Location"]
        return response
    return redirect_to_login(request.get_full_path())


def _must_not_outlive(response: HttpResponseBase) -> None:
    if response.streaming and not getattr(response, "enters_by_itself", False):
        response.close()
        raise RuntimeError("A streaming response outlives its transaction: see ui/entering.py")
