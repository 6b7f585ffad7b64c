"""Tells open browsers that something happened: a message on the organization's Valkey channel."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
import redis
import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

_client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def channel(organization_id: UUID) -> str:
    """Return the channel an organization's messages are published on."""
    return f"casefy:live:{organization_id}"


def announce(organization_id: UUID, payload: Mapping[str, Any]) -> None:
    """Publish a message to whoever looks. Lost messages do no harm: pages poll when they hear nothing."""
    try:
        _client.publish(channel(organization_id), orjson.dumps(dict(payload)))
    except redis.RedisError as error:
        logger.warning("announce.failed", error=repr(error))
