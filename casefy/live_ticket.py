"""The ticket a page hands to the live-updates process: what it may hear, who holds it, and until when.

The process knows no database. All it compares are names: a message's with those a ticket hears, a dismissal's with
those that say whose ticket it is.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from casefy.announce import EVERY_CASE

SALT = "casefy.live"
LIFETIME = timedelta(minutes=3)  # also how long somebody is heard of whose dismissal was lost


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody may hear of an organization, as it was judged at one revision of its configuration.

    `judged_at` is an instant (seconds since the epoch) before permissions and session were looked at.
    """

    organization_id: UUID
    revision: int
    judged_at: float
    hears: Collection[str]
    holder: Collection[str]

    @property
    def sees_every_case(self) -> bool:
        """Return whether what happened may be told; others are told no more than to look again."""
        return EVERY_CASE in self.hears

    @property
    def seconds_left(self) -> float:
        """Return for how long the ticket is good, at most LIFETIME whatever the other machine's clock says."""
        lifetime = LIFETIME.total_seconds()
        return min(lifetime, self.judged_at + lifetime - time.time())


def write(ticket: Ticket) -> str:
    """Return the ticket signed, for `/live?ticket=…`."""
    content = {
        "o": str(ticket.organization_id),
        "r": ticket.revision,
        "t": ticket.judged_at,
        "h": list(ticket.hears),
        "w": list(ticket.holder),
    }
    return signing.dumps(content, salt=SALT, compress=False)


def read(text: str) -> Ticket | None:
    """Return the ticket, or None where it is forged, broken or too old."""
    try:
        content = signing.loads(text, salt=SALT)
        ticket = Ticket(
            UUID(content["o"]),
            int(content["r"]),
            float(content["t"]),
            frozenset(content["h"]),
            frozenset(content["w"]),
        )
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    return ticket if ticket.seconds_left > 0 else None


def fingerprint(kind: str, secret: str) -> str:
    """Return a name for something that must not be told, such as a session's key: the same for the same one."""
    return f"{kind}:{salted_hmac(SALT, secret).hexdigest()[:24]}"
