"""Whether the chain is whole: of one case, and of everything in the organization, step by step."""

import base64
import binascii
from typing import Any
from uuid import UUID

from api.answers import Answer
from api.documented import CURSOR, documented
from api.documented_shapes import VerificationShape, VerificationStepShape
from api.door import Call, Door
from api.parameters import BIGGEST, bad_parameter, next_url, read_parameters
from api.views.cases import the_case
from tenants.seeing import permit_browsing
from timeline.chain import Place, Verdict, verify, verify_on

_TAG = "events"
_STEP = 10_000  # events


class OfCase(Door):
    """The chain of one case."""

    @documented("cases_verification", "Verify a case's timeline", gives=VerificationShape, tag=_TAG)
    def get(self, call: Call, case: str) -> Answer:
        """Compute every hash of the case's stream again, and compare what is kept.

        Needs timeline.view and case.view.
        """
        read_parameters(call.request, ())
        _must_audit(call)
        return Answer(_shape(verify(the_case(call, case).id)))


class OfOrganization(Door):
    """The chains of everything."""

    @documented(
        "events_verification",
        "Verify all timelines",
        gives=VerificationStepShape,
        parameters=[CURSOR],
        tag=_TAG,
    )
    def get(self, call: Call) -> Answer:
        """Compute the hashes of the organization's streams again, 10,000 events a step: follow `next` to its end.

        Only then all was looked at, also for streams that are gone altogether. Needs timeline.view and case.view.
        """
        cursor = read_parameters(call.request, ("cursor",)).get("cursor", "")
        _must_audit(call)
        verdict, on = verify_on(_read(cursor) if cursor else None, most=_STEP)
        return Answer(_shape(verdict) | {"next": next_url(call.request, cursor=_write(on)) if on else None})


def _must_audit(call: Call) -> None:
    permit_browsing(call.by)


def _shape(verdict: Verdict) -> dict[str, Any]:
    return {
        "is_whole": not verdict.broken,
        "events": verdict.events,
        "streams": verdict.streams,
        "broken": [
            {"stream_id": str(each.stream_id), "seq": each.seq, "what": each.what} for each in verdict.broken
        ],
    }


def _write(at: Place) -> str:
    return base64.urlsafe_b64encode(f"{at[0].hex}.{at[1]}".encode()).decode().rstrip("=")


def _read(cursor: str) -> Place:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
        stream, _, seq = text.partition(".")
        if seq.isdigit() and int(seq) <= BIGGEST:
            return UUID(hex=stream), int(seq)
    except (ValueError, binascii.Error):
        pass
    raise bad_parameter("cursor", "Follow `next` as the last step gave it.")
