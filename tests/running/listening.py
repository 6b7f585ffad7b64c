"""The real live-updates process, and listeners that read what it writes, byte for byte, with a clock beside them."""

import http.client
import json
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client

from casefy import live_hub, live_ticket
from casefy.announce import EVERY_CASE, EVERYBODY, announce
from casefy.embedded.ports import free_port
from casefy.live_ticket import Ticket
from tests.running.product import environment

WAIT = 20.0  # seconds in which something comes if it comes at all; how soon is judged where that is promised
SOON = 4.0  # seconds: one, as promised, and slack for a machine that does other things as well; polling takes five
HELLO = b"retry: 2000\n: hello\n\n"
RENEW = b"event: renew\n"


class LiveProcess:
    """The live-updates process on a port of its own."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self._open: list[http.client.HTTPConnection] = []

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Ask, and keep the connection until `hang_up`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        self._open.append(connection)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def status(self, ticket: str) -> int:
        """How a ticket is answered."""
        return self.get(f"/live?ticket={ticket}").status

    def listen(self, ticket: str, since: float | None = None) -> "Listener":
        """Open a stream."""
        answer = self.get(f"/live?ticket={ticket}{f'&since={since}' if since else ''}")
        assert answer.status == 200, answer.read()
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        listener = Listener(answer)
        assert [listener.line(), listener.line(), listener.line()] == HELLO.splitlines(keepends=True)
        return listener

    def hang_up(self) -> None:
        """Close everything that was opened."""
        while self._open:
            self._open.pop().close()

    def wait(self) -> "LiveProcess":
        """Wait until it answers, and until pages drawn now may listen."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                if self.get("/healthz").status == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        else:
            pytest.fail("the live process does not answer")
        time.sleep(live_hub.SLACK + 0.1)  # tickets judged before it listened are not good
        return self

    def settle(self) -> None:
        """Wait until it has heard what was announced, and until that is too old for a page drawn from here on."""
        organization = uuid4()
        witness = self.listen(ticket_for(organization))
        announce(organization, {"seq": 0})
        witness.message()
        time.sleep(live_hub.SLACK + 0.1)

    def memory(self) -> float:
        """Its resident memory and its children's, in MB."""
        pids = [self.pid, *map(int, _read(f"/proc/{self.pid}/task/{self.pid}/children").split())]
        lines = [line for pid in pids for line in _read(f"/proc/{pid}/status").splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Listener:
    """One open stream."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer
        self._socket = answer.fp.raw._sock

    def line(self, within: float = WAIT) -> bytes:
        """The next line; an empty one (without its line end) is the end of the stream."""
        self._socket.settimeout(within)
        return self.answer.readline()

    def message(self, within: float = WAIT) -> dict:
        """The next message, which is one with data."""
        line = self.line(within)
        assert line.startswith(b"data: "), line
        assert self.line() == b"\n"
        return json.loads(line.removeprefix(b"data: "))

    def looks_again(self) -> None:
        """Assert that the next message says nothing but that."""
        assert [self.line(), self.line(), self.line()] == [b"event: resync\n", b"data: {}\n", b"\n"]

    def is_silent(self, seconds: float = 0.7) -> bool:
        """Whether no byte arrives for a while; neither was one left to read."""
        readable, _, _ = select.select([self._socket], [], [], seconds)
        self._socket.settimeout(0)
        return not readable and not self.answer.fp.peek(1).strip()

    def ends(self, within: float = SOON) -> float:
        """Assert that the page is sent for a new ticket and the stream ends; return how many seconds that took."""
        began = time.monotonic()
        while (line := self.line()) != RENEW:
            assert line, "the stream ended without a word"
        assert float(self.message()["at"]), "how far it had heard everything"
        assert self.line() == b""
        took = time.monotonic() - began
        assert took < within
        return took


@contextmanager
def live_process(home, **more: str):
    """Run it as `casefy live` starts it, on the tests' Valkey and without any database."""
    number = free_port()
    given = {
        **environment(home),
        "CASEFY_LIVE_PORT": str(number),
        "CASEFY_CHECKED": "1",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        **more,
    }
    process = subprocess.Popen([sys.executable, "-m", "casefy", "live"], env=given, stdout=subprocess.DEVNULL)
    made = LiveProcess(number, process.pid)
    try:
        yield made.wait()
    finally:
        made.hang_up()
        process.terminate()
        assert process.wait(20) == 0


def ticket_for(organization: UUID, *hears: str, age: float = 0, revision: int = 1, **holder: str) -> str:
    """A ticket for whoever sees every case, or hears what is named."""
    names = [f"{kind}:{value}" for kind, value in ({"member": uuid4()} | holder).items()]
    return live_ticket.write(
        Ticket(organization, revision, time.time() - age, hears or (EVERYBODY, EVERY_CASE), names)
    )


class Visitor:
    """Somebody who has signed in, and the tickets their pages ask for."""

    def __init__(self, player) -> None:
        self.client = Client()
        self.client.force_login(player.user)
        self.player = player

    def ask(self):
        """The answer to a page's request for a ticket."""
        return self.client.get(f"/o/{self.player.slug}/live")

    def ticket(self) -> str:
        """A page's next ticket."""
        answer = self.ask()
        assert answer.status_code == 200
        return str(answer.json()["ticket"])


def _read(path: str) -> str:
    with open(path) as file:  # noqa: PTH123  /proc
        return file.read()
