"""Tell open screens that something happened. A hint, not a record: whoever misses it reads the database.

What is published says itself who may hear it, in names that a ticket holds or does not (casefy/live_ticket.py):

    to          who hears it: EVERYBODY, EVERY_CASE, `member:<id>`, `owner:<id>`, `team:<id>`; without it, EVERY_CASE
    dismisses   whose streams end, so that their pages ask anew what they may hear: `member:<id>`, `role:<id>`, …
    through     … where their tickets were judged at this revision of the organization or an earlier one
    but         … unless their tickets hold this name

Everything else is for the pages.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import redis
import structlog

from casefy.valkey import client

log = structlog.get_logger(__name__)

EVERYBODY = "everybody"  # whoever may enter the organization
EVERY_CASE = "every case"  # whoever may see every case of it
PREFIX = "casefy:live:"
EVERYWHERE = f"{PREFIX}everywhere"  # the channel of what concerns a person in all their organizations


def channel(organization_id: UUID) -> str:
    """The pub/sub channel of one organization."""
    return f"{PREFIX}{organization_id}"


def announce(organization_id: UUID, payload: Mapping[str, Any]) -> None:
    """Publish `payload` to the organization's open screens. Call after commit; a Valkey failure is logged,
    never raised.
    """
    _publish(channel(organization_id), payload)


def dismiss(name: str, *, but: str = "") -> None:
    """End the streams, in every organization, of whoever's ticket holds `name` and not `but`.

    For those who signed out or have another password now. Call when it is done; a Valkey failure is logged.
    """
    _publish(EVERYWHERE, {"dismisses": [name], "but": but})


def _publish(where: str, payload: Mapping[str, Any]) -> None:
    try:
        client().publish(where, orjson.dumps(payload))
    except redis.RedisError as error:
        log.warning("live updates are not delivered", reason=str(error), channel=where)
