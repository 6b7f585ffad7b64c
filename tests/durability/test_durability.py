"""Under load, with the product's own worker and beat: what is killed loses nothing and doubles nothing.

The oracle: every acknowledged act is in the timeline exactly once; every event a subscriber was owed has had its effect
exactly once and in order; the chain verifies; nothing is owed any more.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import orjson
import psycopg
import pytest
import redis

from bench.meter import descendants
from casefy.embedded.postgres import _program
from casefy.embedded.services import Services, services
from tests.durability.observer.subscribers import TABLE

ROOT = Path(__file__).parents[2]
DATABASE = "durable"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability"), pytest.mark.timeout(280)]


class Place:
    """Postgres and Valkey of their own, and the product's processes on them."""

    def __init__(self, found: Services, folder: Path) -> None:
        self.services, self.folder = found, folder
        self.environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tests.durability.settings", "SECRET_KEY": "x" * 50,
            "CASEFY_CHECKED": "1", "DATABASE_URL": found.address("casefy_app", DATABASE),
            "OWNER_DATABASE_URL": found.address("casefy_owner", DATABASE),
            "REDIS_URL": found.valkey.url(), "CASEFY_HOME": str(folder), "CASEFY_POOL_SIZE": "4",
        }  # fmt: skip
        self.running: dict[str, subprocess.Popen] = {}
        self.log = (folder / "processes.log").open("ab")

    def start(self, name: str, *command: str) -> None:
        """Start a process under a name; it ends with the test."""
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def tell(self, *command: str, **more: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.services.postgres.dsn(DATABASE), autocommit=True)

    def kill_a_child(self) -> None:
        """SIGKILL one of the worker's children, in the middle of whatever it does."""
        children = descendants(self.running["worker"].pid)[1:]
        assert children, "the worker has no children yet"
        os.kill(children[-1], signal.SIGKILL)

    def kill_the_worker(self) -> None:
        """SIGKILL the worker and its children; a supervisor would start another."""
        os.killpg(self.running["worker"].pid, signal.SIGKILL)
        self.running["worker"].wait()
        self.start("worker", "casefy", "worker")

    def flush(self) -> None:
        """Valkey forgets everything: messages, marks, cache."""
        with redis.Redis.from_url(self.services.valkey.url()) as client:
            client.flushall()

    def pull_the_plug(self) -> None:
        """Postgres stops at once, as in a power cut, and starts again at the same address."""
        postgres = self.services.postgres
        where = ["-D", postgres.data, "-l", postgres.log]
        command = [
            _program("pg_ctl", postgres.account),
            *where,
            "-m",
            "immediate",
            "-w",
            "-t",
            "60",
            "restart",
        ]
        done = postgres._run(command)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()


@pytest.fixture
def place():
    folder = Path(tempfile.mkdtemp(prefix="casefy-durable-"))
    folder.chmod(0o755)
    found = services(folder, {"fsync": "off"})  # a killed server loses nothing of what the kernel has
    found.start()
    made = Place(found, folder)
    try:
        found.make_database(DATABASE)
        migrating = {"DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_AS_OWNER": "1"}
        made.tell("manage.py", "migrate", "--verbosity=0", **migrating)
        with made.superuser() as connection:
            connection.execute(TABLE)
        yield made
    finally:
        made.stop()
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


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
        effects = connection.execute("SELECT event_id, stream_id, seq FROM noted ORDER BY id").fetchall()
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


def wait_until(is_so: Callable[[], bool], seconds: float, complaint: str) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, complaint
        time.sleep(0.2)
