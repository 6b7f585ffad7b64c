"""Rings for a worker: "look at your rows". The rows are the work; a ring that is lost costs a second."""

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)

WINDOW_MS = 1000

_client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def ring(name: str) -> None:
    """Ask for the task `automations.<name>`, at most once until it has begun (or a second has passed)."""
    try:
        if _client.set(_key(name), 1, nx=True, px=WINDOW_MS):
            current_app.send_task(f"automations.{name}")
    except (redis.RedisError, OperationalError) as error:
        logger.warning("doorbell.failed", bell=name, error=repr(error))


def answered(name: str) -> None:
    """Say that the task has begun, before it looks: what comes after this rings again."""
    try:
        _client.delete(_key(name))
    except redis.RedisError as error:
        logger.warning("doorbell.failed", bell=name, error=repr(error))


def _key(name: str) -> str:
    return f"casefy:bell:{name}"
