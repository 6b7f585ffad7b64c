"""How many requests one token may make in a minute, counted in Valkey. Without Valkey nobody is held up."""

import time
from dataclasses import dataclass
from uuid import UUID

import redis
import structlog
from django.conf import settings

from casefy.errors import Limited
from casefy.valkey import client

log = structlog.get_logger(__name__)

WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a minute: requests, and seconds until it is full again."""

    limit: int
    remaining: int
    reset: int
    is_exceeded: bool

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that tell a client."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def spend(holder: UUID) -> Allowance | None:
    """Count one request of a token or member. None where nothing is counted: no limit is set, or Valkey is away."""
    limit: int = settings.API_REQUESTS_PER_MINUTE
    if not limit:
        return None
    window, passed = divmod(int(time.time()), WINDOW)
    key = f"casefy:api:{holder}:{window}"
    try:
        count = int(client().incr(key))
        if count == 1:
            client().expire(key, 2 * WINDOW)
    except redis.RedisError as error:
        log.warning("requests are not counted", reason=str(error))
        return None
    return Allowance(limit, max(0, limit - count), WINDOW - passed, count > limit)


def refuse_beyond(allowance: Allowance | None) -> None:
    """Raise Limited where the minute's requests are used up."""
    if allowance is not None and allowance.is_exceeded:
        raise Limited(
            f"You may make {allowance.limit} requests a minute. Wait {allowance.reset} seconds.",
            details={"retry_after": allowance.reset},
        )
