"""Whatever server a timeline wakes up on, its feed goes on: cursors stay valid, nothing is lost, nothing comes twice.

The server of before is used up: its transaction ids are far above those of a new one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from casefy.embedded.postgres import _program
from tests.durability.place import DATABASE, ROOT, Place, running, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("durability"), pytest.mark.timeout(280)]

USED_UP = 50_000
USE_UP = f"DO $$ BEGIN FOR i IN 1..{USED_UP} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
BEGIN = "0.0"


@pytest.fixture(scope="module")
def old():
    with running() as place:
        place.make_database()
        with place.superuser() as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute(USE_UP)
        yield place


@pytest.fixture
def new():
    with running() as place:
        yield place


def test_a_dump_works_at_once_on_a_server_with_lower_transaction_ids(old, new):
    organization, *cases = old.tell("-m", "tests.durability.writer", "prepare").split()
    dumped, then = read(old, organization, BEGIN)
    dump(old, new.folder / "dump")
    comment(old, organization, cases)
    restart(old)
    comment(old, organization, cases)
    lost, ahead = read(old, organization, then)
    assert len(lost) == 2 * len(cases), "the old one lived on for a while, in a new epoch"
    restore(new, new.folder / "dump")
    assert next_id(new) < USED_UP, "the new server's ids are lower"

    assert read(new, organization, BEGIN) == (dumped, then), "before anything is written"
    comment(new, organization, cases)
    added, _ = read(new, organization, then)
    assert added == events_since(new, organization, dumped)
    assert read(new, organization, ahead)[0] == added, "from ahead of the dump as well"
    followed_while_written(new, organization, cases)
    assert "All of it is whole" in new.tell("-m", "casefy", "verify")


def test_a_disk_put_back_keeps_the_cursors_that_were_ahead_of_it(old):
    organization, *cases = old.tell("-m", "tests.durability.writer", "prepare").split()
    known, then = read(old, organization, BEGIN)
    copy = old.folder / "copy"
    restart(old, lambda data: subprocess.run(["cp", "-a", data, copy], check=True))
    comment(old, organization, cases)
    lost, ahead = read(old, organization, then)
    assert len(lost) == len(cases)
    restart(old, lambda data: (shutil.rmtree(data), copy.rename(data)))
    comment(old, organization, cases)
    added, _ = read(old, organization, ahead)
    assert added == events_since(old, organization, known)


def followed_while_written(place: Place, organization: str, cases: list[str]) -> None:
    """Two writers and two readers at once, the first of all that this server's new run sees."""
    restart(place)
    known, cursor = read(place, organization, BEGIN)
    stop, logs = place.folder / "stop", [place.folder / f"writer-{n}.log" for n in range(2)]
    follower = (sys.executable, "-m", "tests.durability.follower", organization, cursor, stop)
    readers = [
        subprocess.Popen(follower, cwd=ROOT, env=place.environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for log in logs:
        place.start(log.stem, "tests.durability.writer", organization, str(log), *cases)
    wait_until(lambda: all(log.exists() and log.read_text().count("A ") > 30 for log in logs), 60, "no acts")
    for log in logs:
        log.with_suffix(".stop").touch()
        assert place.running.pop(log.stem).wait(30) == 0
    stop.touch()
    for reader in readers:
        *seen, _ = reader.communicate(timeout=30)[0].split()
        assert sorted(seen) == sorted(events_since(place, organization, known))


def restart(place: Place, meanwhile: Callable[[Path], object] = bool) -> None:
    """Stop its Postgres and start it again; `meanwhile` is given the folder of its data."""
    place.services.postgres.stop()
    meanwhile(place.services.postgres.data)
    place.services.postgres.start()


def read(place: Place, organization: str, cursor: str) -> tuple[list[str], str]:
    """The ids of what the feed shows behind the cursor, and the cursor to go on from."""
    stop = place.folder / "stop-at-once"
    stop.touch()
    *seen, last = place.tell("-m", "tests.durability.follower", organization, cursor, str(stop)).split()
    return seen, last


def comment(place: Place, organization: str, cases: list[str]) -> None:
    place.tell("-m", "tests.durability.writer", "comment", organization, "A comment", *cases)


def events_since(place: Place, organization: str, known: list[str]) -> list[str]:
    """The ids of an organization's events but those, as they were recorded."""
    asked = "SELECT id FROM timeline_event WHERE organization_id = %s ORDER BY position"
    with place.superuser() as connection:
        rows = connection.execute(asked, [organization]).fetchall()
    return [str(row[0]) for row in rows if str(row[0]) not in known]


def next_id(place: Place) -> int:
    with place.superuser() as connection:
        return connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()[
            0
        ]


def dump(place: Place, file: Path) -> None:
    tool(place, "pg_dump", "--format=custom", f"--file={file}", DATABASE)


def restore(place: Place, file: Path) -> None:
    """As docs/running.md says: the roles are there, and a database that gives way to the one in the dump."""
    place.services.make_database(DATABASE)
    words = ("--clean", "--if-exists", "--create", "--exit-on-error", "--dbname=postgres")
    tool(place, "pg_restore", *words, file)


def tool(place: Place, name: str, *words: object) -> None:
    """One of Postgres' own programs, as the superuser of this place's server."""
    postgres = place.services.postgres
    program = _program(name, postgres.account)
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port()), "PGUSER": "postgres"}
    environment = {**os.environ, **where, "PGPASSWORD": postgres.password, "LC_ALL": "C"}
    done = subprocess.run(
        [str(program), *map(str, words)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
