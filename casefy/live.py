"""Live updates: one small ASGI process that passes on what Valkey announces, as server-sent events.

It knows no database and no templates. A page opens `GET /live?ticket=…`; what arrives on its organization's channel is
written out as it is. A browser that reads too slowly loses its oldest hints and gets one `resync` instead.
"""

import asyncio
import contextlib
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import redis.asyncio
import structlog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casefy.settings")

from django.conf import settings

from casefy import live_ticket, logs

log = structlog.get_logger(__name__)

KEEP_ALIVE = 15.0  # seconds between comments on a silent stream, so that proxies keep it open
QUEUE_LENGTH = 200  # hints kept for one slow browser
DRAWING = 2.0  # seconds a page may have been in the making when it got its ticket
RESYNC = b"event: resync\ndata: {}\n\n"
PATTERN = "casefy:live:*"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Hub:
    """Every open stream of this process, by organization, fed by one subscription."""

    def __init__(self) -> None:
        self._queues: dict[UUID, set[asyncio.Queue[bytes]]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self._heard_at: dict[UUID, float] = {}
        self._listens_since = time.time()
        self.connected = False

    def start(self) -> None:
        """Begin to listen, once."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Stop listening and end every stream."""
        if self._listener:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
        for queues in self._queues.values():
            for queue in queues:
                _put(queue, b"")

    @contextlib.asynccontextmanager
    async def stream(self, organization_id: UUID, drawn_at: float) -> AsyncIterator[asyncio.Queue[bytes]]:
        """A queue that receives the organization's messages while the block runs.

        It begins with a `resync` where something happened since the page was drawn (seconds since the epoch).
        """
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_LENGTH)
        self._queues[organization_id].add(queue)
        if max(self._heard_at.get(organization_id, 0), self._listens_since) > drawn_at - DRAWING:
            _put(queue, RESYNC)
        try:
            yield queue
        finally:
            self._queues[organization_id].discard(queue)
            if not self._queues[organization_id]:
                del self._queues[organization_id]

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow()
            except (redis.RedisError, OSError) as error:
                log.warning("live updates wait for Valkey", reason=str(error))
            self.connected = False
            await asyncio.sleep(1)

    async def _follow(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=15) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(PATTERN)
            if not self.connected:
                self._listens_since = time.time()
                self._to_everyone(RESYNC)  # hints may have been missed while away
            self.connected = True
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
                if message:
                    self._pass_on(message["channel"], message["data"])

    def _pass_on(self, channel: bytes, data: bytes) -> None:
        organization_id = UUID(channel.decode().rpartition(":")[2])
        self._heard_at[organization_id] = time.time()
        for queue in self._queues.get(organization_id, ()):
            _put(queue, b"data: " + data.replace(b"\n", b" ") + b"\n\n")

    def _to_everyone(self, text: bytes) -> None:
        for queues in self._queues.values():
            for queue in queues:
                _put(queue, text)


def _put(queue: asyncio.Queue[bytes], text: bytes) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(RESYNC)
    queue.put_nowait(text)


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
            hub.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/healthz":
        await _text(
            scope, send, 200 if hub.connected else 503, "ok" if hub.connected else "waiting for Valkey"
        )
    elif scope["path"] != "/live" or scope["method"] != "GET":
        await _text(scope, send, 404, "Nothing here.")
    else:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        ticket = live_ticket.read(query.get("ticket", [""])[0])
        if ticket is None:
            await _text(scope, send, 403, "This ticket is not valid any more. Reload the page.")
        else:
            await _serve(scope, ticket, receive, send)


def _headers(scope: Scope, content_type: str) -> list[tuple[bytes, bytes]]:
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    is_ours = urlsplit(origin).hostname in settings.ALLOWED_HOSTS
    return [
        (b"content-type", content_type.encode()),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", (origin if is_ours else settings.PUBLIC_URL).encode()),
        (b"vary", b"origin"),
    ]


async def _text(scope: Scope, send: Send, status: int, text: str) -> None:
    headers = _headers(scope, "text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


async def _serve(scope: Scope, ticket: live_ticket.Ticket, receive: Receive, send: Send) -> None:
    headers = _headers(scope, "text/event-stream; charset=utf-8")
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with hub.stream(ticket.organization_id, ticket.made_at) as queue:
        writer = asyncio.create_task(_write(queue, send))
        leaver = asyncio.create_task(_until_gone(receive))
        _, pending = await asyncio.wait({writer, leaver}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
    with contextlib.suppress(OSError, RuntimeError):  # the browser is gone already
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(queue: asyncio.Queue[bytes], send: Send) -> None:
    text = b"retry: 2000\n: hello\n\n"
    while text:
        await send({"type": "http.response.body", "body": text, "more_body": True})
        try:
            text = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
        except TimeoutError:
            text = b": still here\n\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
