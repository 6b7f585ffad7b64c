"""Ctrl-C, whoever is there: open pages hold nobody up, and who was being answered is answered."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from casefy.embedded.ports import free_port
from casefy.embedded.services import services
from tests.running.product import environment
from tests.running.visiting import Person, Program, kept_connection, token_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]

AT_ONCE = 16.0  # seconds; it takes 0.2 where nothing else runs, and 20 where a worker has to be killed


def test_open_pages_do_not_hold_it_up(up):
    ana, before = Person(up), len(up.lines)
    streams = [ana.listen() for _ in range(5)]
    links = [kept_connection(up) for _ in range(5)]
    web, live, *_ = json.loads((up.home / "children.json").read_text())
    with ThreadPoolExecutor() as pool:
        ends = pool.submit(up.interrupt)
        began = time.monotonic()
        while any(Path(f"/proc/{pid}/cmdline").exists() for pid in (web, live)):
            assert time.monotonic() - began < AT_ONCE
            time.sleep(0.02)
        assert ends.result(45) == 0
    assert "refused" not in said_since(before, up)
    assert all(stream.read()[-1:] in (b"", b"\n") for stream in streams), "each stream came to its end"
    assert [link.recv(100) for link in links] == [b""] * 5
    for one in (*streams, *links):
        one.close()


def test_a_request_under_way_is_answered_and_what_was_answered_is_kept(up):
    token, before = token_of(up), len(up.lines)
    program = Program(up, token)
    _, found = program.ask("GET", "cases?limit=1")
    case = found["results"][0]["id"]
    with (
        psycopg.connect(services(up.home).postgres.dsn("casefy")) as connection,
        ThreadPoolExecutor() as pool,
    ):
        connection.execute("SELECT 1 FROM cases_case WHERE id = %s FOR UPDATE", [case])
        said = pool.submit(program.ask, "POST", f"cases/{case}/comments", {"text": "said at the last moment"})
        _wait_until_somebody_waits(connection)
        ends = pool.submit(up.interrupt)
        time.sleep(1.5)
        assert not ends.done()
        connection.rollback()
        assert said.result(20)[0] == 200
        connection.close()
        assert ends.result(45) == 0
    assert "refused" not in said_since(before, up)
    up.start()
    _, timeline = Program(up, token).ask("GET", f"cases/{case}/timeline?limit=5")
    assert str(timeline).count("said at the last moment") == 1


def said_since(before: int, up) -> str:
    """What the product said from that line on: tests that pulled down its servers may have been here first."""
    return "".join(up.lines[before:])


def _wait_until_somebody_waits(connection: psycopg.Connection) -> None:
    deadline = time.monotonic() + 60
    question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while connection.execute(question).fetchone() == (0,):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("name", ["web", "live"])
def test_told_to_stop_while_it_still_loads_it_ends(name, tmp_path):
    given = {
        **environment(tmp_path),
        "CASEFY_PORT": str(free_port()),
        "CASEFY_LIVE_PORT": str(free_port()),
        "CASEFY_CHECKED": "1",
        "SECRET_KEY": "x" * 50,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "casefy", name], env=given, stderr=subprocess.PIPE, text=True
    )
    time.sleep(1.0)
    began = time.monotonic()
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - began < AT_ONCE
    assert "refused" not in said
