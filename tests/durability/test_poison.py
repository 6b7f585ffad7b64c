"""An event whose subscriber kills its worker is tried so many times, then lies among the dead; all others went by."""

import pytest

from tests.durability.place import Place, running, wait_until
from timeline.relay import MAX_ATTEMPTS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability"), pytest.mark.timeout(280)]


@pytest.fixture
def place():
    with running() as made:
        made.make_database()
        yield made


def test_an_event_that_kills_every_worker_ends_among_the_dead_and_stops_no_other(place):
    organization, poisoned, *cases = place.tell("-m", "tests.durability.writer", "prepare").split()
    for text, about in (("before", cases), ("kill", [poisoned]), ("behind it", [poisoned]), ("after", cases)):
        place.tell("-m", "tests.durability.writer", "comment", organization, text, *about)
    place.start("worker", "casefy", "worker")
    place.start("beat", "casefy", "beat")
    wait_until(lambda: is_settled(place), 200, "something is still owed")
    with place.superuser() as connection:
        dead = connection.execute("SELECT stream_id::text, seq, attempts FROM timeline_delivery").fetchall()
        done = connection.execute("SELECT stream_id::text, seq FROM observer.noted ORDER BY id").fetchall()
        claims = connection.execute("SELECT count(*) FROM timeline_claim").fetchone()
    assert dead == [(poisoned, 2, MAX_ATTEMPTS)]
    assert [seq for stream, seq in done if stream == poisoned] == [1, 3]
    assert all([seq for stream, seq in done if stream == case] == [1, 2, 3] for case in cases)
    assert claims == (0,)
    listed = place.tell("-m", "tests.durability.writer", "deliveries", organization)
    assert listed.startswith(f"event observer {MAX_ATTEMPTS} ")
    assert "its worker was killed" in listed


def is_settled(place: Place) -> bool:
    """Whether all that is owed is dead. Lets the time of waiting pass."""
    with place.superuser() as connection:
        connection.execute(
            "UPDATE timeline_delivery SET due_at = now() WHERE dead_at IS NULL AND due_at > now()"
        )
        row = connection.execute("SELECT count(*) FROM timeline_delivery WHERE dead_at IS NULL").fetchone()
    return row == (0,)
