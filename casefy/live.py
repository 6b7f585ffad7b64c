"""Live updates: one small ASGI process that passes on what Valkey announces, as server-sent events.

It knows no database and no templates. A page opens `GET /live?ticket=…` and receives what its ticket may hear on its
organization's channel. A stream ends with its ticket, or as soon as its holder is dismissed (casefy/announce.py).
"""

import asyncio
import contextlib
import os
import resource
import signal
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")

from django.conf import settings

from casefy import live_ticket, logs
from casefy.live_hub import Hub, Stream

HELLO = b"retry: 2000\n: hello\n\n"
OPEN_FILES = 50_000  # streams at once, where the machine allows as many
GRACE = 5.0  # seconds in which a browser must have read the last words

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry: lifespan, `/healthz`, `/live`."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        hub.start()
        await _answer(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            logs.configure()
            _allow_many_streams()
            _end_streams_when_told_to_stop()
            hub.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _allow_many_streams() -> None:
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if few != resource.RLIM_INFINITY and few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _end_streams_when_told_to_stop() -> None:
    """At SIGTERM granian waits for every open answer, and a stream is one that would last for hours.

    The loop has granian's own handler already, and goes on hearing of the signal: by its wake-up file, whatever
    handler Python has.
    """
    loop, was = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        if callable(was):
            was(number, frame)

    signal.signal(signal.SIGTERM, end)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] not in ("/live", "/healthz") or scope["method"] != "GET":
        await _text(scope, send, 404, "Nothing here.")
    elif not hub.connected:
        await _text(scope, send, 503, "waiting for Valkey")
    elif scope["path"] == "/healthz":
        await _text(scope, send, 200, "ok")
    else:
        await _let_in(scope, receive, send)


async def _let_in(scope: Scope, receive: Receive, send: Send) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    ticket = live_ticket.read(query.get("ticket", [""])[0])
    if ticket is None or not hub.admits(ticket):
        await _text(scope, send, 403, "This ticket is not valid any more. Ask for a new one.")
        return
    with hub.stream(ticket, _instant(query.get("since", [""])[0])) as stream:
        await _serve(scope, stream, receive, send)


def _instant(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _headers(scope: Scope, content_type: str) -> list[tuple[bytes, bytes]]:
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    is_ours = _host(origin) in settings.ALLOWED_HOSTS
    return [
        (b"content-type", content_type.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", (origin if is_ours else settings.PUBLIC_URL).encode()),
        (b"vary", b"origin"),
    ]


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:  # `http://[`: nobody's
        return None


async def _text(scope: Scope, send: Send, status: int, text: str) -> None:
    headers = _headers(scope, "text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def _serve(scope: Scope, stream: Stream, receive: Receive, send: Send) -> None:
    headers = _headers(scope, "text/event-stream; charset=utf-8")
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    tasks = {asyncio.create_task(_write(stream, send)), asyncio.create_task(_until_gone(receive))}
    await asyncio.wait(tasks, timeout=stream.ticket.seconds_left + GRACE, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    with contextlib.suppress(OSError, RuntimeError):  # the browser is gone already, or does not read
        async with asyncio.timeout(GRACE):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(stream: Stream, send: Send) -> None:
    text = HELLO
    while text:
        await send({"type": "http.response.body", "body": text, "more_body": True})
        text = await stream.next()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
