"""Tell open screens that something happened. A hint, not a record: whoever misses it reads the database."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import redis
import structlog

from casefy.valkey import client

log = structlog.get_logger(__name__)


def channel(organization_id: UUID) -> str:
    """The pub/sub channel of one organization."""
    return f"casefy:live:{organization_id}"


def announce(organization_id: UUID, payload: Mapping[str, Any]) -> None:
    """Publish `payload` to the organization's open screens. Call after commit; a Valkey failure is logged,
    never raised.
    """
    try:
        client().publish(channel(organization_id), orjson.dumps(payload))
    except redis.RedisError as error:
        log.warning("live updates are not delivered", reason=str(error), organization_id=str(organization_id))
