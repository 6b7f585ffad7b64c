"""Under load, with the product's own worker and beat: what is killed loses nothing and doubles nothing.

The oracle: every acknowledged act is in the timeline exactly once; every event a subscriber was owed has had its effect
exactly once and in order; the chain verifies; nothing is owed any more.
"""

from collections import Counter, defaultdict
from pathlib import Path

import orjson
import psycopg
import pytest

from tests.durability.place import Place, running, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability"), pytest.mark.timeout(280)]


@pytest.fixture
def place():
    with running() as made:
        made.make_database()
        yield made


def test_killed_workers_a_flushed_broker_and_a_restarted_database_lose_nothing_and_double_nothing(place):
    organization, *cases = place.tell("-m", "tests.durability.writer", "prepare").split()
    place.start("worker", "casefy", "worker")
    place.start("beat", "casefy", "beat")
    wait_until(lambda: owed(place) == 0, 60, "the worker does not work")
    logs = [place.folder / f"writer-{number}.log" for number in range(2)]
    for log in logs:
        place.start(log.stem, "tests.durability.writer", organization, str(log), *cases)
    wait_until(lambda: all(acknowledged([log]) for log in logs), 60, "the writers do not write")
    twice = (place.flush, place.kill_the_worker)
    for harm in (place.kill_a_child, *twice, place.pull_the_plug, *twice):
        before = len(acknowledged(logs))
        harm()
        fault = f"no more acts after {harm.__name__}"
        wait_until(lambda enough=before + 25: len(acknowledged(logs)) >= enough, 60, fault)
    for log in logs:
        log.with_suffix(".stop").touch()
        assert place.running.pop(log.stem).wait(30) == 0
    wait_until(lambda: owed(place) == 0, 60, "something is still owed")
    judge(place, acknowledged(logs), intended(logs))


def judge(place: Place, done: set[str], meant: set[str]) -> None:
    """Hold the database against what the writers know."""
    with place.superuser() as connection:
        events = connection.execute(
            "SELECT e.id, e.stream_id, e.seq, e.type, b.body, b.personal FROM timeline_event e "
            "JOIN timeline_eventbody b ON b.id = e.id "
            "WHERE e.stream_kind = 'case' ORDER BY e.position"
        ).fetchall()
        effects = connection.execute(
            "SELECT event_id, stream_id, seq FROM observer.noted ORDER BY id"
        ).fetchall()
        dead = connection.execute("SELECT count(*) FROM timeline_delivery").fetchone()
    marks = Counter(mark for *_, body, personal in events for mark in marks_in(personal) if mark in meant)
    assert len(done) > 150
    assert not done - marks.keys(), "acknowledged acts are lost"
    assert max(marks.values()) == 1, "an act happened twice"
    assert Counter(row[0] for row in effects) == Counter(row[0] for row in events), (
        "an effect is missing or doubled"
    )
    of_stream = defaultdict(list)
    for _, stream, seq in effects:
        of_stream[stream].append(seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in of_stream.values()), "out of order"
    assert dead == (0,), "something ended among the dead"
    assert "All of it is whole" in place.tell("-m", "casefy", "verify")


def marks_in(personal: str | None) -> list[str]:
    """The personal values of an event: a comment's text and a move's reason among them."""
    return [value for _, value in orjson.loads(personal or "{}").values() if isinstance(value, str)]


def owed(place: Place) -> int:
    try:
        with place.superuser() as connection:
            return connection.execute(
                "SELECT count(*) FROM timeline_delivery WHERE dead_at IS NULL"
            ).fetchone()[0]
    except psycopg.OperationalError:
        return -1


def acknowledged(logs: list[Path]) -> set[str]:
    return _marks(logs, "A ")


def intended(logs: list[Path]) -> set[str]:
    return _marks(logs, "I ")


def _marks(logs: list[Path], start: str) -> set[str]:
    lines = [line for log in logs if log.exists() for line in log.read_text().splitlines()]
    return {line[2:] for line in lines if line.startswith(start)}
