"""Whether the chain is whole, on request: of one case, or of everything, in steps that add up before one's eyes."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from casefy.errors import Missing
from cases.queries import case_by_id
from tenants.seeing import permit_browsing
from timeline.chain import Broken, Verdict, verify, verify_on
from ui.cases.desk import Desk, case_numbered, desk
from ui.draw import Fragment, draw

if TYPE_CHECKING:
    from ui.entering import InOrganization

STEP = 10_000  # events checked before the screen hears of it


@require_safe
def of_case(request: "InOrganization", number: str) -> HttpResponse:
    """Verify the stream of one case."""
    at = _desk_of_auditor(request)
    case = case_numbered(request, number)
    return _answer(request, at, verify(case.id), {"case": case})


@require_safe
def of_organization(request: "InOrganization") -> HttpResponse:
    """Verify the next events of the organization; `on` says where the step before ended and what it found."""
    at = _desk_of_auditor(request)
    # Signed: an address that leaves out a part must not read as if all had been looked at.
    signer = Signer(salt=f"verification:{at.by.organization_id}:{at.by.member_id}")
    after, events, streams = _read(signer, request.GET.get("on", ""))
    verdict, on = verify_on(after, most=STEP)
    verdict = Verdict(streams + verdict.streams, events + verdict.events, verdict.broken)
    so_far = [on[0].hex, on[1], verdict.events, verdict.streams] if on and not verdict.broken else None
    context = {"going_on": f"?{urlencode({'on': signer.sign_object(so_far)})}" if so_far else ""}
    return _answer(request, at, verdict, context)


def _desk_of_auditor(request: "InOrganization") -> Desk:
    at = desk(request)
    permit_browsing(at.by)
    return at


def _read(signer: Signer, text: str) -> tuple[tuple[UUID, int] | None, int, int]:
    if not text:
        return None, 0, 0
    try:
        stream, seq, events, streams = signer.unsign_object(text)
    except BadSignature as error:
        raise Missing("This check cannot be gone on with. Begin it anew.", code="no_such_check") from error
    return (UUID(hex=stream), seq), events, streams


def _answer(request: HttpRequest, at: Desk, verdict: Verdict, more: dict[str, Any]) -> HttpResponse:
    first = verdict.broken[0] if verdict.broken else None
    context = {
        "here": "timeline",
        "verdict": verdict,
        "first_broken": first,
        "broken_in": _name(first, at) if first else "",
        **more,
    }
    piece = Fragment("cases/_verification.html", "verification", {}, swap="outerHTML")
    return draw(request, "cases/verification.html", context, fragments=[piece])


def _name(broken: Broken, at: Desk) -> str:
    case = case_by_id(broken.stream_id, at.by)
    return case.number if case else f"the stream {broken.stream_id}"
