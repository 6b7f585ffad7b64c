"""A reader who keeps the last cursor of the feed sees every event once, whatever order transactions end in."""

import random
import threading
import time
from collections import defaultdict
from uuid import uuid4

from django.db import connection, transaction

from tenants.actor import system_actor
from tenants.scope import reading, scoped_to
from tests.settled import settled
from tests.timeline.trial import Thing, at_once, say
from timeline.models import Event
from timeline.queries import feed
from timeline.record import record

WRITERS, TURNS = 6, 40


def assert_in_order(events):
    """Each stream's events came one after the other, without a gap."""
    of_stream = defaultdict(list)
    for event in events:
        of_stream[event.stream_id].append(event.seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in of_stream.values())


def follow(organization_id, mine, writing):
    """Poll the feed until nobody writes any more and it is read to its end."""
    cursor = (0, 0)
    while True:
        if was_quiet := not writing:
            settled()
        with scoped_to(organization_id), reading():
            events = feed(after=cursor, limit=7)
        mine.extend(events)
        if events:
            cursor = (events[-1].feed_tx, events[-1].position)
        elif was_quiet:
            return
        else:
            time.sleep(0.002)


def test_readers_beside_slow_and_quick_writers_miss_nothing_and_see_nothing_twice(kept, noted):
    streams, writing, seen = [uuid4() for _ in range(8)], list(range(WRITERS)), ([], [])
    by = system_actor(kept.id)

    def write(number: int) -> None:
        chance = random.Random(number)
        for _ in range(TURNS):
            with scoped_to(kept.id), transaction.atomic():
                # In one order, so that writers wait for each other and never for ever.
                for stream in sorted(chance.sample(streams, chance.choice((1, 1, 1, 2)))):
                    record(noted(text=str(number)), by=by, about=Thing(stream))
                    time.sleep(chance.choice((0, 0, 0.001, 0.01)))
                if chance.random() < 0.1:
                    transaction.set_rollback(True)
        writing.remove(number)

    def work(number: int) -> None:
        if number < WRITERS:
            write(number)
        else:
            follow(kept.id, seen[number - WRITERS], writing)

    at_once(work, WRITERS + 2)
    with scoped_to(kept.id), reading():
        everything = sorted(Event.objects.values_list("id", flat=True))
    assert len(everything) > WRITERS * TURNS * 0.8
    for mine in seen:
        assert sorted(event.id for event in mine) == everything
        assert_in_order(mine)


def test_whoever_writes_first_in_a_new_run_of_the_server_opens_its_epoch_above_all_that_is_stored(
    kept, noted, superuser
):
    """As on a server that was just started, with lower ids and a clock that is a century behind."""
    superuser.execute("UPDATE notary.epoch SET ahead = ahead + 3155760000000000")
    before = [say(kept.id, uuid4(), noted(text="before")) for _ in range(3)]
    superuser.execute(
        "UPDATE notary.epoch SET ahead = 0, server_started_at = server_started_at - interval '1 day'"
    )
    settled()
    with scoped_to(kept.id), reading():
        stored = feed()
    assert len(stored) == len(before), "shown before anything is written"
    cursor = (stored[-1].feed_tx, stored[-1].position)

    at_once(lambda number: say(kept.id, uuid4(), noted(text=str(number))), 6)
    settled()
    with scoped_to(kept.id), reading():
        assert sorted(event.fact["text"] for event in feed(after=cursor)) == list("012345")
        assert feed(after=cursor)[0].feed_tx > cursor[0]


def test_the_feed_keeps_the_order_of_each_stream_also_when_an_older_transaction_writes_later(kept, noted):
    """An older transaction (lower id) may append after a younger one; its event must not come before it in the feed."""
    stream, by = uuid4(), system_actor(kept.id)
    started, may_go = threading.Event(), threading.Event()

    def work(number: int) -> None:
        if number == 0:
            with scoped_to(kept.id), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_current_xact_id()")  # the older id is taken here
                started.set()
                assert may_go.wait(60)
                record(noted(text="older, later"), by=by, about=Thing(stream))
        else:
            assert started.wait(60)
            say(kept.id, stream, noted(text="younger, earlier"))
            with scoped_to(kept.id), reading():
                assert feed() == [], "the older transaction could still bring something before it"
            may_go.set()

    at_once(work, 2)
    settled()
    with scoped_to(kept.id), reading():
        events = feed()
    assert [event.fact["text"] for event in events] == ["younger, earlier", "older, later"]
    assert [event.seq for event in events] == [1, 2]


def test_eight_writers_number_a_stream_without_gaps(kept, noted):
    stream, seqs, lock = uuid4(), defaultdict(list), threading.Lock()

    def write(number: int) -> None:
        for turn in range(15):
            with scoped_to(kept.id):
                try:
                    with transaction.atomic():
                        recorded = record(noted(text="x"), by=system_actor(kept.id), about=Thing(stream))
                        if turn % 5 == 4:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    continue
            with lock:
                seqs[number].append(recorded.seq)

    at_once(write, 8)
    assert sorted(seq for taken in seqs.values() for seq in taken) == list(range(1, 8 * 12 + 1))
    assert all(taken == sorted(taken) for taken in seqs.values())
