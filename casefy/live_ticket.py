"""The ticket a page hands to the live-updates process: who may listen to which organization, and until when."""

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing

SALT = "casefy.live"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A checked ticket."""

    organization_id: UUID
    member_id: UUID
    made_at: float  # seconds since the epoch


def make(organization_id: UUID, member_id: UUID) -> str:
    """A signed ticket for `/live?ticket=…`, good for twelve hours."""
    return signing.dumps(
        {"o": str(organization_id), "m": str(member_id), "t": time.time()}, salt=SALT, compress=False
    )


def read(text: str) -> Ticket | None:
    """The ticket, or None when it is forged, broken or too old."""
    try:
        content = signing.loads(text, salt=SALT, max_age=LIFETIME)
        return Ticket(UUID(content["o"]), UUID(content["m"]), float(content["t"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
