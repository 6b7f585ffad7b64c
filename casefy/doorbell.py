"""Wake a worker.

The work itself is rows in Postgres; the bell only says "look now", so losing one costs a tick at most.

Between two rings of one bell that nobody has answered yet lies at least `WINDOW`: a burst of acts puts one message in
the queue, not thousands. The task removes the mark before it looks, so work that arrives while it runs rings again.
"""

from datetime import timedelta

import redis
import structlog

from casefy.valkey import client

log = structlog.get_logger(__name__)

WINDOW = timedelta(seconds=5)  # a bell whose message was lost rings again after this


def _mark(name: str) -> str:
    return f"casefy:bell:{name}"


def ring(name: str) -> None:
    """Send the Celery task called `name`, unless it was rung and not answered a moment ago. Never raises
    for the broker.
    """
    try:
        if client().set(_mark(name), "1", nx=True, px=WINDOW):
            _send(name)
    except (redis.RedisError, OSError) as error:
        log.warning("the door-bell does not ring, the next tick will do", task=name, reason=str(error))


def _send(name: str) -> None:
    from celery.exceptions import OperationalError  # noqa: PLC0415 - heavy, and many commands ring no bell

    from casefy.celery import app  # noqa: PLC0415 - it knows the broker

    try:
        app.send_task(name, ignore_result=True)
    except OperationalError as error:
        raise ConnectionError(str(error)) from error


def answer(name: str) -> None:
    """Remove the mark: called for every task before it runs (see `casefy.celery`)."""
    try:
        client().delete(_mark(name))
    except redis.RedisError as error:
        log.warning("a door-bell keeps its mark until it expires", task=name, reason=str(error))
