"""Who is alive: short-lived marks in Valkey that `/readyz` reads.

The worker's mark is set by a task that came through the broker, so it proves that messages are consumed, not
merely that a process exists. `watch` ends a worker that receives nothing although messages wait: its supervisor
starts another.
"""

import os
import signal
import threading
import time
from typing import Any

import redis
import structlog
from celery import shared_task, signals
from django.conf import settings

from casefy import doorbell
from casefy.valkey import client

log = structlog.get_logger(__name__)

MARK_EVERY = 5.0  # seconds
GONE_AFTER = 30  # seconds without a mark
DEAF_AFTER = 60.0  # seconds in which messages waited and none was received

_last_received = time.monotonic()


def mark(who: str) -> None:
    """Note that `who` (beat, worker) is alive now."""
    try:
        client().set(f"casefy:alive:{who}", str(time.time()), ex=GONE_AFTER)
    except redis.RedisError as error:
        log.warning("cannot say that I am alive", who=who, reason=str(error))


def is_alive(who: str) -> bool:
    """Whether `who` left a mark within the last half minute. Raises redis.RedisError when Valkey is away."""
    return bool(client().exists(f"casefy:alive:{who}"))


@shared_task(name="casefy.alive.heartbeat")
def heartbeat() -> None:
    """A message went all the way from beat through the broker to a worker."""
    mark("worker")


@signals.task_received.connect
def _received(**_: Any) -> None:
    global _last_received  # noqa: PLW0603 - one clock per process
    _last_received = time.monotonic()


@signals.worker_ready.connect
def _watch(sender: Any, **_: Any) -> None:
    doorbell.ring(heartbeat.name)  # ready means: a message comes through, now and not at the next tick
    threading.Thread(target=watch, args=(sender,), name="watchdog", daemon=True).start()


def watch(consumer: Any) -> None:
    """Look every few seconds whether this worker hears its messages; end it when it does not."""
    while True:
        time.sleep(MARK_EVERY)
        if is_deaf(time.monotonic() - _last_received, _waiting(consumer), _busy()):
            log.error("messages wait but none arrives: this worker stops, to be started again")
            os.kill(os.getpid(), signal.SIGTERM)
            return


def is_deaf(silence: float, waiting: int, busy: bool) -> bool:
    """Whether a worker that received nothing for `silence` seconds has lost its connection to the queue."""
    return silence > DEAF_AFTER and waiting > 0 and not busy


def _busy() -> bool:
    from celery.worker import state  # noqa: PLC0415 - only a worker has this

    return bool(state.active_requests)


def _waiting(consumer: Any) -> int:
    with consumer.app.connection_for_read() as link:
        try:
            declared = link.default_channel.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE, passive=True)
            return int(declared.message_count)
        except link.channel_errors:
            return 0  # Valkey has no empty lists: a queue with nothing in it does not exist
        except link.connection_errors as error:
            log.warning(
                "the broker is away", reason=str(error)
            )  # cut off, not deaf: Celery connects again by itself
            return 0
