"""Server-sent events through the real process: who may listen, what arrives, and what happens to a slow browser."""

import asyncio
import http.client
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import signing

from casefy import live, live_ticket
from casefy.announce import announce
from casefy.embedded.ports import free_port
from tests.running.product import environment

pytestmark = pytest.mark.xdist_group("live")


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The live-updates process, as `casefy live` starts it."""
    number = free_port()
    given = {
        **environment(tmp_path_factory.mktemp("home")),
        "CASEFY_LIVE_PORT": str(number),
        "CASEFY_CHECKED": "1",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    process = subprocess.Popen([sys.executable, "-m", "casefy", "live"], env=given, stdout=subprocess.DEVNULL)
    try:
        wait_until_it_answers(number)
        time.sleep(live.DRAWING)  # pages drawn before it began to listen are told to look again
        yield number
    finally:
        process.terminate()
        assert process.wait(20) == 0


def wait_until_it_answers(number):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if get(number, "/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the live process does not answer")


@pytest.fixture(autouse=True)
def hang_up():
    yield
    while opened:
        opened.pop().close()


opened = []


def get(number, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", number, timeout=10)
    opened.append(connection)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    opened.append(answer)
    return answer


def listen(number, organization):
    answer = get(number, f"/live?ticket={live_ticket.make(organization, uuid4())}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [answer.readline(), answer.readline(), answer.readline()] == [
        b"retry: 2000\n",
        b": hello\n",
        b"\n",
    ]
    return answer


def test_what_is_announced_arrives_within_a_second_and_only_in_its_organization(port):
    ours, theirs = uuid4(), uuid4()
    mine, other = listen(port, ours), listen(port, theirs)
    began = time.monotonic()
    announce(ours, {"stream_kind": "case", "seq": 3, "type": "case.moved"})
    announce(theirs, {"seq": 99})
    line = mine.readline()
    assert time.monotonic() - began < 1
    assert json.loads(line.removeprefix(b"data: ")) == {"stream_kind": "case", "seq": 3, "type": "case.moved"}
    assert other.readline() == b'data: {"seq":99}\n'


def test_a_page_is_told_to_look_again_where_something_happened_while_it_was_drawn(port):
    busy, calm = uuid4(), uuid4()
    first = listen(port, busy)
    announce(busy, {"seq": 1})
    assert first.readline() == b'data: {"seq":1}\n'
    assert [listen(port, busy).readline() for _ in range(2)] == [b"event: resync\n"] * 2
    announce(calm, {"seq": 2})
    time.sleep(live.DRAWING + 0.2)
    later = listen(port, calm)
    announce(calm, {"seq": 3})
    assert later.readline() == b'data: {"seq":3}\n'


FORGERIES = {
    "nothing": lambda: "",
    "nonsense": lambda: "nonsense",
    "signed for another use": lambda: signing.dumps({"o": str(uuid4()), "m": str(uuid4())}, salt="another"),
    "signed but empty": lambda: signing.dumps({"o": "x"}, salt=live_ticket.SALT),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_without_a_valid_ticket_nobody_listens(port, kind):
    assert get(port, f"/live?ticket={FORGERIES[kind]()}").status == 403


def test_a_ticket_does_not_last_for_ever(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z")
    ticket = live_ticket.make(uuid4(), uuid4())
    time_machine.shift(live_ticket.LIFETIME - timedelta(minutes=1))
    assert live_ticket.read(ticket) is not None
    time_machine.shift(timedelta(minutes=2))
    assert live_ticket.read(ticket) is None


def test_a_page_of_ours_may_listen_from_another_port(port):
    answer = get(port, f"/live?ticket={live_ticket.make(uuid4(), uuid4())}", Origin="http://localhost:8000")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    foreign = get(port, "/live?ticket=", Origin="http://evil.example")
    assert foreign.headers["Access-Control-Allow-Origin"] != "http://evil.example"


def test_nothing_else_is_served(port):
    assert get(port, "/").status == 404
    assert get(port, "/live/../etc").status == 404


def test_a_slow_browser_loses_old_hints_and_is_told_to_reload():
    async def fill():
        queue = asyncio.Queue(live.QUEUE_LENGTH)
        for number in range(live.QUEUE_LENGTH + 1):
            live._put(queue, f"data: {number}\n\n".encode())
        return [queue.get_nowait() for _ in range(queue.qsize())]

    # In a thread of its own: a browser test in this process leaves a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(asyncio.run, fill()).result()
    assert kept == [b"event: resync\ndata: {}\n\n", f"data: {live.QUEUE_LENGTH}\n\n".encode()]
