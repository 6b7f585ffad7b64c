"""`/healthz` (this process answers), `/readyz` (all parts are well, or which is not and why), `/metrics`."""

import ipaddress
import math
import secrets
from collections.abc import Callable
from functools import partial

import psycopg
import redis
import structlog
from celery.exceptions import OperationalError
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from casefy import alive, measures
from casefy.celery import app
from casefy.valkey import client

log = structlog.get_logger("casefy.health")

LAG_ALLOWED = 60.0  # seconds that the oldest unhandled event may wait


def database() -> str:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def cache() -> str:
    """Whether Valkey answers."""
    client().ping()
    return ""


def broker() -> str:
    """Whether messages can be sent."""
    with app.connection_for_write(connect_timeout=2) as link:
        link.ensure_connection(max_retries=1, timeout=2)
    return ""


def worker() -> str:
    """Whether a worker consumed a message lately."""
    return (
        ""
        if alive.is_alive("worker")
        else f"No worker has taken a message in the last {alive.GONE_AFTER} seconds: is one running?"
    )


def beat() -> str:
    """Whether the ticks go out."""
    return (
        ""
        if alive.is_alive("beat")
        else f"Beat has not ticked in the last {alive.GONE_AFTER} seconds: is it running?"
    )


def outbox() -> str:
    """Whether what events set off is being done."""
    lag = lag_seconds()
    return (
        "" if lag <= LAG_ALLOWED else f"The oldest event that waits for the relay is {lag:.0f} seconds old."
    )


def lag_seconds() -> float:
    """The age in seconds of the oldest event that the relay still owes somebody."""
    ask: Callable[[], float] = import_string(
        "timeline.relay.lag_seconds"
    )  # by name: the floor imports no app
    return ask()


PARTS: dict[str, Callable[[], str]] = {
    "database": database, "cache": cache, "broker": broker, "worker": worker, "beat": beat, "outbox": outbox,
}  # fmt: skip


AWAY = (DatabaseError, psycopg.Error, redis.RedisError, OperationalError, OSError)


def problems() -> dict[str, str]:
    """One sentence for each part that is not well."""
    found = {name: _sentence(name, check) for name, check in PARTS.items()}
    return {name: sentence for name, sentence in found.items() if sentence}


def _sentence(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except AWAY as error:
        # Anybody may ask: hosts, ports and names of roles are for the log alone.
        log.warning("part_away", part=name, error=" ".join(str(error).split())[:300])
        return f"The {name} does not answer. The log says why."


def _measured(measure: Callable[[], float]) -> float:
    """A figure, or NaN while what it is asked of is away: the others are wanted most just then."""
    try:
        return float(measure())
    except AWAY:
        return math.nan


@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """This process answers. It says nothing about the others."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(_: HttpRequest) -> HttpResponse:
    """200 when every part is well, else 503 with a sentence for each that is not."""
    found = problems()
    response = JsonResponse(
        {"ready": not found, "parts": {name: found.get(name, "ok") for name in PARTS}},
        status=503 if found else 200,
    )
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text: for this machine, or for whoever brings the token."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden(
            "Metrics are for this machine, or for a Bearer token equal to CASEFY_METRICS_TOKEN."
        )
    gauges = {
        "casefy_outbox_lag_seconds": (
            "Age of the oldest event that waits for the relay",
            _measured(lag_seconds),
        )
    }
    for who in ("worker", "beat"):
        gauges[f"casefy_{who}_alive"] = (
            f"1 when {who} gave a sign of life lately",
            _measured(partial(alive.is_alive, who)),
        )
    return HttpResponse(measures.text(gauges), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return secrets.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        )
    # A proxy on this machine would make every visitor look local, so a forwarded request never counts as one.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104
