"""Connections are shared by everybody's requests: nothing of one tenant may stay on them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenants.actions.teams import create_team
from tenants.postgres import lively
from tests import services

ROUNDS = 150


def test_eight_threads_on_a_pool_with_errors_and_forgotten_scopes_leak_nothing(committed_cast):
    cast = committed_cast
    create_team(by=cast.owner.actor, name="Claims")
    create_team(by=cast.stranger.actor, name="Claims")
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("pool_load.py"),
            str(cast.organization.id),
            str(cast.stranger.actor.organization_id),
            str(ROUNDS),
        ],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    outcomes = {tuple(key.split(": ")) for key in found}
    assert sum(found.values()) == 8 * ROUNDS
    assert not [key for key in found if key.endswith((": leaked", ": blind"))], found
    assert outcomes == {
        ("honest", "seen"),
        ("question", "seen"),
        ("fails_in_python", "refused"),
        ("fails_in_the_database", "refused"),
        ("forgets", "refused"),
        ("forgets_everything", "refused"),
        ("forgets_in_a_transaction", "refused"),
        ("leaves_it_open", "seen"),
    }


@pytest.fixture
def lines(committed):
    """A program that answers each line with the server process that served it, by a connection of its pool."""
    program = [sys.executable, Path(__file__).with_name("pool_lines.py")]
    with subprocess.Popen(
        program,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def answer() -> int:
            process.stdin.write("\n")
            process.stdin.flush()
            return next(
                int(line) for line in process.stdout if line.strip().isdigit()
            )  # what is logged is passed by

        yield answer
        process.stdin.close()


def test_connections_that_the_server_ended_are_replaced_before_they_are_used(lines, superuser):
    before = {lines() for _ in range(4)}
    for pid in before:
        _end(superuser, pid)
    assert not before & {lines() for _ in range(4)}


def test_a_connection_used_a_moment_ago_is_not_asked_whether_it_lives(superuser, monkeypatch):
    with services.superuser() as connection:
        assert not lively.has_ended(connection)
        before = _last_asked(superuser, connection)
        assert not lively.has_ended(connection)
        assert _last_asked(superuser, connection) == before
        monkeypatch.setattr(lively, "LONG", 0.0)
        assert not lively.has_ended(connection)
        assert _last_asked(superuser, connection) > before, "what lay idle for long is asked"


def _environment():
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "casefy.settings",
        "CASEFY_POOL_SIZE": "3",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


def _end(superuser, pid):
    superuser.execute("SELECT pg_terminate_backend(%s)", [pid])
    while superuser.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
        time.sleep(0.01)


def _last_asked(superuser, connection):
    asked = "SELECT state_change FROM pg_stat_activity WHERE pid = %s"
    return superuser.execute(asked, [connection.info.backend_pid]).fetchone()[0]
