"""One client for Valkey per process. What it holds may vanish at any moment; nothing of record lives there."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """The shared client: safe across threads and forks, gives up quickly when the server is away."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
        health_check_interval=30,
    )
