"""What the relay promises: in order per stream, each effect once, and what is broken stops only itself."""

from datetime import datetime, timedelta
from threading import Timer
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.utils.timezone import now

from tests.timeline.trial import at_once, say
from timeline import relay
from timeline.relay import MAX_ATTEMPTS, carry, lag_seconds


def everything(organization_id) -> int:
    """Carry until nothing is due; return how many events were delivered."""
    total = 0
    while done := carry(organization_id=organization_id):
        total += done
    return total


def test_every_event_reaches_every_subscriber_once_and_in_order(kept, noted, subscribe, effects):
    one, two = f"one-{uuid4().hex[:8]}", f"two-{uuid4().hex[:8]}"
    subscribe(one), subscribe(two)
    streams = [uuid4() for _ in range(30)]
    for turn in range(5):
        for stream in streams:
            say(kept.id, stream, noted(text=str(turn)))
    assert lag_seconds() > 0
    assert everything(kept.id) == 300
    for name in (one, two):
        assert effects.of(name) == {stream: [1, 2, 3, 4, 5] for stream in streams}
        assert effects.owed(name) == []
    assert carry(organization_id=kept.id) == 0


def test_a_broken_subscriber_stops_neither_the_others_nor_another_stream(kept, noted, subscribe, effects):
    bad_stream, good_stream = uuid4(), uuid4()

    def stumble(event):
        if event.stream_id == bad_stream and event.seq == 2:
            with connection.cursor() as cursor:  # rows written before the failure must not stay
                cursor.execute("INSERT INTO trial.effect (subscriber) VALUES ('half')")
            raise ZeroDivisionError("stumbled")

    bad, good = f"bad-{uuid4().hex[:8]}", f"good-{uuid4().hex[:8]}"
    subscribe(bad, stumble), subscribe(good)
    for _ in range(3):
        for stream in (bad_stream, good_stream):
            say(kept.id, stream, noted(text="x"))
    everything(kept.id)
    assert effects.of(bad) == {good_stream: [1, 2, 3], bad_stream: [1]}
    assert effects.of(good) == {good_stream: [1, 2, 3], bad_stream: [1, 2, 3]}
    assert effects.of("half") == {}
    assert effects.owed(bad) == [(2, 1, False), (3, 0, False)]


def test_a_database_error_in_a_subscriber_is_its_own(kept, noted, subscribe, effects):
    def clash(event):
        raise IntegrityError("as if a key were taken")

    bad, good = f"bad-{uuid4().hex[:8]}", f"good-{uuid4().hex[:8]}"
    subscribe(bad, clash), subscribe(good)
    stream = uuid4()
    say(kept.id, stream, noted(text="x"))
    everything(kept.id)
    assert effects.of(good) == {stream: [1]}
    assert effects.owed(bad) == [(1, 1, False)]


def test_what_fails_waits_longer_each_time_and_ends_in_the_visible_list(
    kept, noted, subscribe, effects, superuser
):
    is_broken = True

    def fail(event):
        if is_broken and event.seq == 1:
            raise ValueError("will not do")

    name, stream = f"bad-{uuid4().hex[:8]}", uuid4()
    subscribe(name, fail)
    say(kept.id, stream, noted(text="x"))
    say(kept.id, stream, noted(text="y"))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert effects.owed(name)[0][1] == attempt - 1
        began = now()
        carry(organization_id=kept.id)
        assert began <= due_again(superuser, name) - timedelta(seconds=2**attempt) <= now()
        assert carry(organization_id=kept.id) == (0 if attempt < MAX_ATTEMPTS else 1), (
            "it waits, and so does what is behind it"
        )
        effects.make_due(name)
    assert effects.of(name) == {stream: [2]}, "what is dead no longer stands in the way"
    assert effects.owed(name) == [(1, MAX_ATTEMPTS, True)]
    (error,) = superuser.execute(
        "SELECT error FROM timeline_delivery WHERE subscriber = %s", [name]
    ).fetchone()
    assert "will not do" in error
    is_broken = False
    superuser.execute(
        "UPDATE timeline_delivery SET dead_at = NULL, attempts = 0 WHERE subscriber = %s", [name]
    )
    assert everything(kept.id) == 1
    assert effects.of(name) == {stream: [2, 1]}


def due_again(superuser, name: str) -> datetime:
    """When what has failed is tried again. From here on it waits an hour longer: nothing of this takes so long."""
    longer = (
        "UPDATE timeline_delivery SET due_at = due_at + interval '1 hour' "
        "WHERE subscriber = %s AND attempts > 0 RETURNING due_at - interval '1 hour'"
    )
    return superuser.execute(longer, [name]).fetchone()[0]


def test_a_lane_that_waits_hides_no_other_however_much_stands_in_it(
    kept, noted, subscribe, effects, monkeypatch
):
    stuck, free = uuid4(), uuid4()

    def fail(event):
        if event.stream_id == stuck:
            raise ValueError("not now")

    name = f"stuck-{uuid4().hex[:8]}"
    subscribe(name, fail)
    for _ in range(40):
        say(kept.id, stuck, noted(text="x"))
    carry(organization_id=kept.id)
    say(kept.id, free, noted(text="y"))
    assert carry(most=1, organization_id=kept.id) == 1
    assert effects.of(name) == {free: [1]}
    assert len(effects.owed(name)) == 40


def test_one_organization_with_much_to_carry_does_not_keep_another_waiting(kept, noted, subscribe, effects):
    from tests.timeline.conftest import founded

    other, name = founded(), f"fair-{uuid4().hex[:8]}"
    subscribe(name)
    for stream in [uuid4() for _ in range(50)]:
        say(kept.id, stream, noted(text="many"))
    mine = uuid4()
    say(other.id, mine, noted(text="one"))
    carry(most=10)
    assert effects.of(name)[mine] == [1]
    assert len(effects.of(name)) == 11


def test_a_subscriber_of_a_newer_release_is_left_to_it(kept, noted, subscribe, effects):
    from tests.timeline.conftest import forget

    name, stream = f"newer-{uuid4().hex[:8]}", uuid4()
    subscribe(name)
    say(kept.id, stream, noted(text="x"))
    forget(name)
    assert everything(kept.id) == 0
    assert effects.owed(name) == [(1, 0, False)]
    subscribe(name)
    assert everything(kept.id) == 1


def test_an_event_that_was_torn_out_ends_in_the_visible_list(kept, noted, subscribe, effects, superuser):
    name, stream = f"torn-{uuid4().hex[:8]}", uuid4()
    subscribe(name)
    say(kept.id, stream, noted(text="x"))
    superuser.execute(
        "UPDATE timeline_delivery SET event_id = gen_random_uuid(), attempts = %s WHERE subscriber = %s",
        [MAX_ATTEMPTS - 1, name],
    )
    assert everything(kept.id) == 0
    assert effects.owed(name) == [(1, MAX_ATTEMPTS, True)]


@pytest.mark.parametrize("failing", [False, True], ids=["sound", "some fail once"])
def test_eight_relays_at_once_lose_nothing_double_nothing_and_keep_order(
    kept, noted, subscribe, effects, failing, superuser
):
    name, failed = f"race-{uuid4().hex[:8]}", set()

    def stumble_once(event):
        if failing and event.seq == 4 and event.stream_id not in failed:
            failed.add(event.stream_id)
            raise ValueError("the first time is hard")

    subscribe(name, stumble_once)
    streams = [uuid4() for _ in range(12)]

    def write_and_carry(number: int) -> None:
        for turn in range(20):
            say(kept.id, streams[(number * 5 + turn) % 12], noted(text=str(turn)))
            carry(organization_id=kept.id)

    at_once(write_and_carry, 8)
    for _ in range(3):
        effects.make_due(name)
        everything(kept.id)
    taken = effects.of(name)
    assert sum(map(len, taken.values())) == 160
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in taken.values())
    assert effects.owed(name) == []


def test_an_attempt_that_was_counted_is_made_though_another_worker_looks_at_the_lane_in_between(
    kept, noted, subscribe, effects, superuser, monkeypatch
):
    name, stream, put_back = f"looked-at-{uuid4().hex[:8]}", uuid4(), relay._put_back
    subscribe(name)
    say(kept.id, stream, noted(text="x"))
    superuser.execute("UPDATE timeline_delivery SET attempts = 1 WHERE subscriber = %s", [name])

    def looked_at(lane):
        if (counted := put_back(lane)) is not None:
            superuser.execute("SELECT pg_advisory_lock(hashtextextended(%s::uuid::text || %s, 7))", lane)
            Timer(0.5, superuser.execute, ["SELECT pg_advisory_unlock_all()"]).start()
        return counted

    monkeypatch.setattr(relay, "_put_back", looked_at)
    assert carry(organization_id=kept.id) == 1
    assert (effects.of(name), effects.owed(name)) == ({stream: [1]}, [])


def test_one_transaction_carries_many_lanes(kept, noted, subscribe, effects):
    from django.test.utils import CaptureQueriesContext

    name = f"many-{uuid4().hex[:8]}"
    subscribe(name)
    for stream in [uuid4() for _ in range(relay.LANES_TOGETHER)]:
        say(kept.id, stream, noted(text="x"))
    with CaptureQueriesContext(connection) as captured:
        assert carry(organization_id=kept.id) == relay.LANES_TOGETHER
    # the question; BEGIN, claims left behind, the claim, COMMIT;
    # BEGIN, the claim dropped, locks, what is due, the events, one effect each, the end of the debts, COMMIT
    assert len(captured) == relay.LANES_TOGETHER + 12


def leave_claim(superuser, organization, name, streams, age=60) -> None:
    """As a worker does that was killed while it carried these lanes."""
    superuser.execute(
        "INSERT INTO timeline_claim (id, organization_id, streams, subscribers, made_at) "
        "VALUES (gen_random_uuid(), %s, %s, %s, now() - make_interval(secs => %s))",
        [organization.id, streams, [name] * len(streams), age],
    )


def test_what_a_killed_worker_had_claimed_is_carried_one_by_one_each_attempt_counted_before_it_is_made(
    kept, noted, subscribe, effects, superuser
):
    name, streams, seen = f"claimed-{uuid4().hex[:8]}", [uuid4() for _ in range(3)], []
    subscribe(
        name, lambda event: seen.append((event.stream_id, max(effects.owed(name), key=lambda row: row[1])))
    )
    for stream in streams:
        say(kept.id, stream, noted(text="x"))
    leave_claim(superuser, kept, name, streams[:2])
    assert everything(kept.id) == 3
    assert effects.of(name) == {stream: [1] for stream in streams}
    counted = dict(seen)
    assert counted[streams[0]] == counted[streams[1]] == (1, 2, False), (
        "the claim counts, and so does this attempt"
    )
    assert superuser.execute("SELECT count(*) FROM timeline_claim").fetchone() == (0,)


def test_a_round_of_many_batches_makes_one_claim_and_leaves_none(kept, noted, subscribe, effects, superuser):
    name, streams, claims = f"rounds-{uuid4().hex[:8]}", [uuid4() for _ in range(60)], []

    subscribe(name, lambda _: claims.extend(superuser.execute("SELECT id FROM timeline_claim").fetchall()))
    for stream in streams:
        say(kept.id, stream, noted(text="x"))
    assert carry(organization_id=kept.id) == 60
    assert len(set(claims)) == 1
    assert effects.of(name) == {stream: [1] for stream in streams}
    assert superuser.execute("SELECT count(*) FROM timeline_claim").fetchone() == (0,)


def test_a_claim_just_made_is_no_suspicion(kept, noted, subscribe, effects, superuser):
    name, stream, seen = f"fresh-{uuid4().hex[:8]}", uuid4(), []
    subscribe(name, lambda _: seen.append(effects.owed(name)))
    say(kept.id, stream, noted(text="x"))
    leave_claim(superuser, kept, name, [stream], age=0)
    assert everything(kept.id) == 1
    assert seen == [[(1, 0, False)]]
    superuser.execute("DELETE FROM timeline_claim")


def test_an_event_that_cannot_be_read_stops_nothing_but_its_lane(kept, noted, subscribe, effects, superuser):
    name, torn, whole = f"torn-{uuid4().hex[:8]}", uuid4(), uuid4()
    subscribe(name)
    for stream in (torn, whole):
        say(kept.id, stream, noted(text="x"))
    with superuser.transaction():
        superuser.execute("ALTER TABLE timeline_eventbody DISABLE TRIGGER no_change")
        superuser.execute(
            "UPDATE timeline_eventbody SET body = '{' WHERE id IN (SELECT id FROM timeline_event WHERE stream_id = %s)",
            [torn],
        )
        superuser.execute("ALTER TABLE timeline_eventbody ENABLE ALWAYS TRIGGER no_change")
    everything(kept.id)
    assert effects.of(name) == {whole: [1]}
    assert effects.owed(name) == [(1, 1, False)]
