"""Every open stream of the live-updates process, and the one subscription that feeds them all."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import orjson
import redis.asyncio
import structlog
from django.conf import settings

from casefy.announce import EVERY_CASE, EVERYWHERE, PREFIX
from casefy.live_dismissals import Dismissal, Dismissals
from casefy.live_ticket import LIFETIME, Ticket

log = structlog.get_logger(__name__)

KEEP_ALIVE = 15.0  # seconds between comments on a silent stream, so that proxies keep it open
QUEUE_LENGTH = 200  # hints kept for one slow browser
SLACK = 1.0  # seconds by which the clocks of the machines may differ
SWEEP = 60.0  # seconds between two looks at what can be forgotten

RESYNC = b"event: resync\ndata: {}\n\n"
STILL_HERE = b": still here\n\n"


class Stream:
    """What waits to be written to one page."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._ends_at = time.monotonic() + ticket.seconds_left
        self._has_ended = False

    def tell(self, text: bytes) -> None:
        """Add a message; a browser that reads too slowly loses the old ones, and is told to look again."""
        if self._has_ended:
            return
        if self._queue.qsize() >= QUEUE_LENGTH:
            self._forget_all()
            self._queue.put_nowait(RESYNC)
        self._queue.put_nowait(text)

    def end(self) -> None:
        """Let nothing follow that is not on its way already."""
        self._finish(b"")

    def send_for_a_new_ticket(self) -> None:
        """End the stream, and tell the page to ask anew what it may hear. `at` is how far it has heard everything."""
        self._finish(b'event: renew\ndata: {"at":%.3f}\n\n' % time.time())

    async def next(self) -> bytes:
        """Return the next thing to write; nothing is the end of it."""
        seconds_left = self._ends_at - time.monotonic()
        if seconds_left <= 0 and not self._has_ended:
            self.send_for_a_new_ticket()
        if not self._queue.empty():
            return self._queue.get_nowait()
        try:
            return await asyncio.wait_for(self._queue.get(), min(KEEP_ALIVE, max(seconds_left, 0)))
        except TimeoutError:
            return STILL_HERE

    def _finish(self, last: bytes) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._forget_all()
            self._queue.put_nowait(last)
            self._queue.put_nowait(b"")

    def _forget_all(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class Hub:
    """The streams by organization, and what must be remembered for those that come."""

    def __init__(self) -> None:
        self._streams: dict[UUID, set[Stream]] = {}
        self._dismissals = Dismissals()
        self._heard_at: dict[tuple[UUID, str], float] = {}
        self._listens_since = math.inf
        self._swept_at = 0.0
        self._listener: asyncio.Task[None] | None = None
        self._is_closed = False
        self.connected = False

    def start(self) -> None:
        """Begin to listen, once."""
        if not self._is_closed and (self._listener is None or self._listener.done()):
            self._listener = asyncio.create_task(self._listen())

    def close(self) -> None:
        """Stop listening, end every stream, and let nobody in any more."""
        self._is_closed = True
        if self._listener:
            self._listener.cancel()

    async def stop(self) -> None:
        """`close`, and wait until it is so."""
        self.close()
        if self._listener:
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener

    def admits(self, ticket: Ticket) -> bool:
        """Return whether a ticket is good here.

        One that was judged before this process listened is not: it cannot know who was dismissed before.
        """
        return ticket.judged_at - SLACK > self._listens_since and not self._dismissals.cover(ticket)

    @contextlib.contextmanager
    def stream(self, ticket: Ticket, heard_until: float | None = None) -> Iterator[Stream]:
        """A stream that receives what the ticket may hear while the block runs.

        It begins with a `resync` where something happened since the page was drawn, or since `heard_until`
        (seconds since the epoch), where the page has heard everything before.
        """
        stream = Stream(ticket)
        self._streams.setdefault(ticket.organization_id, set()).add(stream)
        if self._has_missed(ticket, heard_until):
            stream.tell(RESYNC)
        try:
            yield stream
        finally:
            streams = self._streams[ticket.organization_id]
            streams.discard(stream)
            if not streams:
                del self._streams[ticket.organization_id]

    def _has_missed(self, ticket: Ticket, heard_until: float | None) -> bool:
        since = min(ticket.judged_at, heard_until or math.inf) - SLACK
        if since < max(self._listens_since, time.time() - LIFETIME.total_seconds()):
            return True
        return any(self._heard_at.get((ticket.organization_id, name), 0) > since for name in ticket.hears)

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow()
            except (redis.RedisError, OSError) as error:
                log.warning("live updates wait for Valkey", reason=str(error))
            finally:
                # Pages ask by themselves meanwhile, and come back with tickets judged after it returned.
                self.connected, self._listens_since = False, math.inf
                for stream in self._everyone():
                    stream.end()
            await asyncio.sleep(1)

    async def _follow(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=15) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(f"{PREFIX}*")
            await pubsub.get_message(timeout=10)  # the answer: from here on nothing is missed
            self.connected, self._listens_since = True, time.time()
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
                if message:
                    self._take(message["channel"].decode(), message["data"])
                self._forget_old()

    def _take(self, channel: str, data: bytes) -> None:
        try:
            organization_id = None if channel == EVERYWHERE else UUID(channel.removeprefix(PREFIX))
            message = orjson.loads(data)
        except ValueError as error:
            log.warning("an announcement makes no sense", channel=channel, reason=str(error))
            return
        to, names = message.pop("to", (EVERY_CASE,)), message.pop("dismisses", ())
        through, but = message.pop("through", None), message.pop("but", "")
        if names:
            self._dismiss(Dismissal(organization_id, names, through, but))
        if organization_id is not None:
            self._pass_on(organization_id, to, message)

    def _dismiss(self, dismissal: Dismissal) -> None:
        self._dismissals.add(dismissal)
        for stream in self._those_of(dismissal.organization_id):
            if self._dismissals.cover(stream.ticket):
                stream.send_for_a_new_ticket()

    def _pass_on(self, organization_id: UUID, to: Iterable[str], message: Mapping[str, Any]) -> None:
        text = b"data: %b\n\n" % orjson.dumps(message)
        at = time.time()
        for name in to:
            self._heard_at[organization_id, name] = at
        for stream in self._those_of(organization_id):
            if any(name in stream.ticket.hears for name in to):
                stream.tell(text if stream.ticket.sees_every_case else RESYNC)

    def _those_of(self, organization_id: UUID | None) -> Iterable[Stream]:
        return self._everyone() if organization_id is None else self._streams.get(organization_id, ())

    def _everyone(self) -> Iterator[Stream]:
        return (stream for streams in self._streams.values() for stream in streams)

    def _forget_old(self) -> None:
        if time.monotonic() - self._swept_at < SWEEP:
            return
        self._swept_at = time.monotonic()
        self._dismissals.forget_old()
        oldest = time.time() - LIFETIME.total_seconds() - SLACK
        self._heard_at = {place: at for place, at in self._heard_at.items() if at > oldest}
