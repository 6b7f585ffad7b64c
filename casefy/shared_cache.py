"""The cache that all processes share, with a client that is kept: Django makes one for each question."""

from functools import cached_property
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Asks one server, always with the same client: it takes its connections from a pool, safe across threads."""

    @cached_property
    def _kept(self) -> redis.Redis:
        made: redis.Redis = super().get_client(write=True)
        return made

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:  # noqa: ARG002 - one for all keys
        """Return the client."""
        return self._kept


class SharedCache(RedisCache):
    """Django's own cache on Redis or Valkey, with a client that is kept."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
