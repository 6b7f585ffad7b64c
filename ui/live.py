"""What lets a page hear of other people's acts, and the door at which it asks for it again."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from casefy.announce import EVERY_CASE, EVERYBODY
from casefy.live_ticket import Ticket, fingerprint, write
from cases.knowing import people
from tenants.actor import Actor

if TYPE_CHECKING:
    from ui.entering import InOrganization


def live_of(request: "InOrganization") -> Mapping[str, str]:
    """Return where a page listens, its ticket, and where it asks for the next; nothing where there is no stream."""
    if not settings.LIVE_URL:
        return {}
    base = f"/o/{request.organization.slug}"
    return {"url": f"{settings.LIVE_URL}/live", "ticket": write(_ticket(request)), "renew": f"{base}/live"}


@require_safe
def renew(request: "InOrganization") -> HttpResponse:
    """Give a page its next ticket. Who came this far may hear what it says, as of now."""
    live = live_of(request)
    if not live:
        raise Http404
    return JsonResponse({"ticket": live["ticket"]}, headers={"Cache-Control": "no-store"})


def session_name(request: HttpRequest) -> str:
    """Return the name by which tickets given out in this session are dismissed."""
    return fingerprint("session", request.session.session_key or "")


def login_name(user: AbstractBaseUser) -> str:
    """Return the name that tickets of this user have as long as the password is the same."""
    return fingerprint("login", user.get_session_auth_hash())


def _ticket(request: "InOrganization") -> Ticket:
    actor, user = request.actor, request.user
    assert isinstance(user, AbstractBaseUser)
    role_id = people(actor).people[request.entry.member_id].role_id
    holder = (f"member:{actor.member_id}", f"role:{role_id}", f"user:{user.pk}", login_name(user))
    return Ticket(
        organization_id=actor.organization_id,
        revision=actor.revision,
        judged_at=request.entered_at,
        hears=tuple(_hears(actor)),
        holder=(*holder, session_name(request)),
    )


def _hears(actor: Actor) -> Iterator[str]:
    """Whom announcements to the actor are addressed to: `cases.knowing.may_see`, in the names of announcements."""
    yield EVERYBODY
    yield f"member:{actor.member_id}"
    if actor.may("case.view"):
        yield EVERY_CASE
    elif actor.may("case.view_assigned"):
        yield f"owner:{actor.member_id}"
        yield from (f"team:{team_id}" for team_id in people(actor).teams_of(actor.member_id))
