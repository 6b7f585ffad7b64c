"""The long-running processes of the product: the one table that `casefy up`, the containers and the tests read."""

import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its name (also the command: `casefy web`), what it is for, the program it becomes."""

    name: str
    purpose: str
    program: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """What to type or to write in a unit file: `casefy web`."""
        return ("casefy", self.name)

    def argv(self) -> list[str]:
        """The program with knobs filled in from the environment, to be run by this Python."""
        return [sys.executable, "-m", *(part.format_map(_knobs()) for part in self.program)]


def _knobs() -> dict[str, str]:
    get = os.environ.get
    return {
        "bind": get("CASEFY_BIND") or "127.0.0.1",
        "port": get("CASEFY_PORT") or "8000",
        "live_port": get("CASEFY_LIVE_PORT") or "8001",
        "live_streams": "50000",  # at once: each is a request that lasts; granian takes 1,024 by itself
        "web_workers": get("CASEFY_WEB_WORKERS") or "2",
        "web_threads": get("CASEFY_WEB_THREADS") or "4",
        "worker_children": get("CASEFY_WORKER_CHILDREN") or "2",
        "log_level": (get("CASEFY_LOG_LEVEL") or "warning").lower(),
    }


_GRANIAN = (
    "granian",
    "--host",
    "{bind}",
    "--no-ws",
    "--log-level",
    "{log_level}",
    "--http",
    "1",  # what browsers and proxies speak without TLS; a worker that guesses hangs on who says nothing
    "--factory",
)
_CELERY = ("celery", "--app", "casefy.celery", "--quiet")

PROCESSES = (
    Process(
        "web",
        "pages and the API",
        (
            *_GRANIAN,
            "--interface",
            "wsgi",
            "--port",
            "{port}",
            "--workers",
            "{web_workers}",
            "--blocking-threads",
            "{web_threads}",
            "--workers-kill-timeout",
            "20",  # seconds that a request under way has to be answered
            "--respawn-failed-workers",
            "--respawn-interval",
            "15",  # seconds that a new worker has to load, at a reload, before the old one stops
            "casefy.serving:web",
        ),
    ),
    Process(
        "live",
        "server-sent events to open pages",
        (
            *_GRANIAN,
            "--interface",
            "asgi",
            "--port",
            "{live_port}",
            "--backpressure",
            "{live_streams}",
            "--workers-kill-timeout",
            "20",  # seconds: streams end at once, the process when the machine lets it
            "--respawn-failed-workers",
            "casefy.serving:live",
        ),
    ),
    Process(
        "worker",
        "the relay and everything done in the background",
        (
            *_CELERY,
            "worker",
            "--concurrency",
            "{worker_children}",
            "--loglevel",
            "{log_level}",
            "--without-gossip",
            "--without-mingle",
            "--hostname",
            "casefy@%h",
        ),
    ),
    Process(
        "beat",
        "the ticks that find work nobody rang for",
        (*_CELERY, "beat", "--scheduler", "casefy.celery:Ticking", "--loglevel", "{log_level}", "--pidfile="),
    ),
)
BY_NAME = {process.name: process for process in PROCESSES}
