"""What `/metrics` shows, and the middleware that measures and logs each request."""

import os
import re
import time
import uuid
from collections.abc import Callable, Iterator

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from casefy.routes import ids_of, route_of

log = structlog.get_logger("casefy.request")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

REQUESTS = Histogram(
    "casefy_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class RequestLog:
    """Gives each request an id (kept when a proxy sent one), measures it and writes one line about it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside a fresh logging context."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        self._say(request, response, time.perf_counter() - began)
        return response

    def _say(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        if request.path in _QUIET:
            return
        route = route_of(request)  # not the path: a label must not grow with the data
        method = request.method if request.method in _METHODS else "OTHER"  # nobody can invent labels
        REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
        log.info(
            "request",
            method=method,
            route=route,
            ids=ids_of(request),
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )


class _Now(Collector):
    """Gauges with the value of this moment: of no process, so in none of the files that processes share."""

    def __init__(self, gauges: dict[str, tuple[str, float]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for name, (meaning, value) in self._gauges.items():
            yield GaugeMetricFamily(name, meaning, value)


def text(gauges: dict[str, tuple[str, float]]) -> bytes:
    """Everything in Prometheus' format: what all web processes counted, and `gauges` (name → help, value)
    as they are now.
    """
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    now = CollectorRegistry()
    now.register(_Now(gauges))
    return generate_latest(registry) + generate_latest(now)
