"""Server-sent events through the real process: who may listen, what arrives, and what happens to a slow browser."""

import asyncio
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import signing

from casefy import live_hub, live_ticket
from casefy.announce import announce, channel
from casefy.live_dismissals import Dismissal, Dismissals
from casefy.valkey import client
from tests.running.listening import live_process, ticket_for

pytestmark = pytest.mark.xdist_group("live")
LIFETIME = live_ticket.LIFETIME.total_seconds()


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with live_process(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture
def live(process):
    yield process
    process.hang_up()


def apart(coroutine):
    """Run in a thread of its own: a browser test in this process leaves a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def listens_to_valkey():
    """The connections by which processes follow what is announced in the tests' database."""
    number = int(settings.REDIS_URL.rpartition("/")[2])
    return [each for each in client().client_list() if int(each["psub"]) and int(each["db"]) == number]


def test_what_is_announced_arrives_within_a_second_and_only_in_its_organization(live):
    ours, theirs = uuid4(), uuid4()
    mine, other, took = live.listen(ticket_for(ours)), live.listen(ticket_for(theirs)), []
    for seq in (3, 4, 5):
        began = time.monotonic()
        announce(ours, {"stream_kind": "case", "seq": seq, "type": "case.moved"})
        assert mine.message() == {"stream_kind": "case", "seq": seq, "type": "case.moved"}
        took.append(time.monotonic() - began)
    assert min(took) < 1
    announce(theirs, {"seq": 99})
    assert other.line() == b'data: {"seq":99}\n'


def test_a_message_reaches_those_it_is_addressed_to_and_says_no_more_than_it_must(live):
    ours = uuid4()
    worker, guest = live.listen(ticket_for(ours)), live.listen(ticket_for(ours, "everybody", "owner:1"))
    announce(ours, {"seq": 1})
    announce(ours, {"seq": 2, "to": ["every case", "owner:2"]})
    announce(ours, {"seq": 3, "to": ["owner:1"]})
    announce(ours, {"seq": 4, "to": ["every case", "owner:1"]})
    assert [worker.message()["seq"] for _ in range(3)] == [1, 2, 4]
    for _ in range(2):
        guest.looks_again()
    assert guest.is_silent()


def test_a_page_is_told_to_look_again_where_something_happened_while_it_was_drawn(live):
    busy, calm = uuid4(), uuid4()
    first, drawn = live.listen(ticket_for(busy)), [ticket_for(busy) for _ in range(2)]
    announce(busy, {"seq": 1})
    assert first.line() == b'data: {"seq":1}\n'
    for ticket in drawn:
        live.listen(ticket).looks_again()
    announce(calm, {"seq": 2})
    live.settle()
    later = live.listen(ticket_for(calm))
    announce(calm, {"seq": 3})
    assert later.line() == b'data: {"seq":3}\n'


def test_a_page_that_comes_for_others_reasons_does_not_learn_that_something_happened(live):
    organization = uuid4()
    witness = live.listen(ticket_for(organization))
    ours, others = (ticket_for(organization, "everybody", f"owner:{n}") for n in (1, 2))
    announce(organization, {"seq": 1, "to": ["every case", "owner:1"]})
    assert witness.message() == {"seq": 1}
    assert live.listen(others).is_silent()
    live.listen(ours).looks_again()


def test_a_page_that_comes_back_is_told_what_it_missed_since_it_left(live):
    organization = uuid4()
    left_at = time.time()
    witness = live.listen(ticket_for(organization))
    time.sleep(live_hub.SLACK)
    announce(organization, {"seq": 1})
    assert witness.message() == {"seq": 1}
    time.sleep(live_hub.SLACK + 0.2)
    assert live.listen(ticket_for(organization)).is_silent()
    live.listen(ticket_for(organization), since=left_at).looks_again()
    assert live.get(f"/live?ticket={ticket_for(organization)}&since=never").status == 200


FORGERIES = {
    "nothing": lambda: "",
    "nonsense": lambda: "nonsense",
    "signed for another use": lambda: signing.dumps({"o": str(uuid4()), "m": str(uuid4())}, salt="another"),
    "signed but empty": lambda: signing.dumps({"o": "x"}, salt=live_ticket.SALT),
    "too old": lambda: ticket_for(uuid4(), age=LIFETIME + 1),
    "judged before the process listened": lambda: ticket_for(uuid4(), age=100),
}


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//[x]", "null"])
def test_an_origin_that_is_no_address_is_answered_as_a_strangers(live, origin):
    answer = live.get(f"/live?ticket={ticket_for(uuid4())}", Origin=origin)
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, settings.PUBLIC_URL)


@pytest.mark.parametrize("kind", FORGERIES)
def test_without_a_valid_ticket_nobody_listens(live, kind):
    assert live.status(FORGERIES[kind]()) == 403


def test_a_ticket_lasts_a_few_minutes(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z")
    ticket = ticket_for(uuid4())
    assert timedelta(minutes=1) < live_ticket.LIFETIME <= timedelta(minutes=5)
    time_machine.shift(live_ticket.LIFETIME - timedelta(seconds=1))
    assert live_ticket.read(ticket) is not None
    time_machine.shift(timedelta(seconds=2))
    assert live_ticket.read(ticket) is None


def test_a_ticket_from_a_machine_whose_clock_is_ahead_lasts_no_longer(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z")
    ahead = live_ticket.read(ticket_for(uuid4(), age=-3600))
    assert ahead.seconds_left == LIFETIME


def test_a_stream_ends_with_its_ticket_and_sends_for_a_new_one():
    async def read_all():
        left, began, said = 0.3, time.monotonic(), []
        stream = live_hub.Stream(live_ticket.read(ticket_for(uuid4(), age=LIFETIME - left)))
        stream.tell(b"data: {}\n\n")
        while text := await stream.next():
            said.append(text)
        stream.tell(b"data: too late\n\n")
        return time.monotonic() - began, said

    tried = [apart(read_all()) for _ in range(3)]
    for took, said in tried:
        assert took > 0.2
        assert (said[0], said[-1][:13]) == (b"data: {}\n\n", b"event: renew\n")
    assert min(tried)[0] < 0.6


def test_a_page_of_ours_may_listen_from_another_port(live):
    answer = live.get(f"/live?ticket={ticket_for(uuid4())}", Origin="http://localhost:8000")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    foreign = live.get("/live?ticket=", Origin="http://evil.example")
    assert foreign.headers["Access-Control-Allow-Origin"] != "http://evil.example"


def test_nothing_else_is_served(live):
    assert live.get("/").status == 404
    assert live.get("/live/../etc").status == 404


def test_an_announcement_that_makes_no_sense_stops_nobody(live):
    organization = uuid4()
    listener = live.listen(ticket_for(organization))
    client().publish(channel(organization), "no json")
    client().publish("casefy:live:no-uuid", "{}")
    announce(organization, {"seq": 1})
    assert listener.message() == {"seq": 1}


def test_while_valkey_cannot_be_heard_nobody_listens_and_afterwards_only_with_a_new_ticket(live):
    organization = uuid4()
    old = ticket_for(organization)
    listener = live.listen(old)
    (connection,) = listens_to_valkey()
    client().client_kill_filter(_id=connection["id"])
    assert listener.line() == b"", "its page asks by itself meanwhile"
    live.hang_up()
    live.wait()
    assert live.status(old) == 403, "who was dismissed meanwhile, nobody knows"
    again = live.listen(ticket_for(organization))
    announce(organization, {"seq": 1})
    assert again.message() == {"seq": 1}


def test_many_streams_share_one_connection_to_valkey(live):
    organization = uuid4()
    before = len(client().client_list())
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(few, 4096)), most))
    listeners = [live.listen(ticket_for(organization)) for _ in range(1200)]
    assert len(listens_to_valkey()) == 1
    assert len(client().client_list()) <= before + 2
    announce(organization, {"seq": 1})
    assert {listener.line() for listener in listeners} == {b'data: {"seq":1}\n'}


def test_what_departed_listeners_leave_behind_is_nothing(live):
    def come_and_go(times):
        for _ in range(times):
            organization = uuid4()
            for _ in range(20):
                live.listen(ticket_for(organization))
            announce(organization, {"seq": 1, "text": "x" * 2000})
            live.hang_up()
        time.sleep(0.5)

    come_and_go(10)
    memory = [live.memory()]
    for _ in range(3):
        come_and_go(50)
        memory.append(live.memory())
    least = min(after - before for before, after in pairwise(memory))
    assert least < 8, (
        "1,000 listeners have come and gone, each time, and what they leave would be left each time"
    )


def test_a_slow_browser_loses_old_hints_and_is_told_to_reload():
    async def fill():
        stream = live_hub.Stream(live_ticket.read(ticket_for(uuid4())))
        for number in range(live_hub.QUEUE_LENGTH + 1):
            stream.tell(f"data: {number}\n\n".encode())
        return [await stream.next() for _ in range(2)]

    assert apart(fill()) == [b"event: resync\ndata: {}\n\n", f"data: {live_hub.QUEUE_LENGTH}\n\n".encode()]


def test_dismissals_are_forgotten_when_no_ticket_is_old_enough_for_them(time_machine):
    time_machine.move_to("2026-03-01T12:00:00Z", tick=False)
    known, organization = Dismissals(), uuid4()
    old = live_ticket.read(ticket_for(organization, member="1", revision=7))
    new = live_ticket.read(ticket_for(organization, member="1", revision=8))
    known.add(Dismissal(organization, ["member:1"], through=7))
    known.add(Dismissal(organization, ["member:1"], through=5))  # said before, heard after
    assert (known.cover(old), known.cover(new)) == (True, False)
    time_machine.shift(live_ticket.LIFETIME)
    known.forget_old()
    assert known.cover(old)
    time_machine.shift(live_ticket.LIFETIME * 2)
    known.forget_old()
    assert len(known) == 0
