"""What granian's workers load: the web application, the live-updates application."""

import importlib
import signal
from typing import Any


def web() -> Any:
    """The pages and the API (WSGI)."""
    return _load("casefy.wsgi")


def live() -> Any:
    """The live updates (ASGI)."""
    return _load("casefy.live")


def _load(module: str) -> Any:
    # A worker is a fork and inherits its parent's handler, which in it does nothing. Until it serves (granian sets
    # handlers then), nothing is under way: SIGTERM ends it at once.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    return importlib.import_module(module).application
