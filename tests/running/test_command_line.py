"""`casefy X` finds its command, whichever way it is spelled, and settings come from the environment."""

import os
import subprocess
import sys

import pytest

from casefy import env
from casefy.cli import command_words
from casefy.processes import BY_NAME, PROCESSES
from tests.running.product import casefy


@pytest.mark.parametrize(
    ("typed", "run"),
    [
        (["check-start"], ["check_start"]),
        (["check", "start", "--x"], ["check_start", "--x"]),
        (["verify", "--stream", "a-b"], ["verify", "--stream", "a-b"]),
        (["sqlmigrate", "cases", "0001"], ["sqlmigrate", "cases", "0001"]),
    ],
)
def test_words_become_a_django_command(typed, run):
    assert command_words(typed) == run


def test_a_command_that_rings_no_bell_does_not_load_celery():
    """It would take a tenth of the start of every command."""
    look = "import sys, django; django.setup(); import cases.logs.running; print('celery' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings"}
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=environment,
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_without_a_command_it_says_what_there_is(tmp_path):
    told = casefy(home=tmp_path)
    assert told.returncode == 0
    for word in ("up", "migrate", "check", *BY_NAME):
        assert f"\n  {word} " in told.stdout


def test_an_unknown_command_is_an_error(tmp_path):
    assert (
        "Unknown command: 'frobnicate'"
        in casefy("frobnicate", home=tmp_path, DATABASE_URL="postgres://x@127.0.0.1:1/x").stderr
    )


def test_the_products_own_commands_are_found_from_a_shell(tmp_path):
    told = casefy("check-start", "--help", home=tmp_path, DATABASE_URL="postgres://x@127.0.0.1:1/x")
    assert told.returncode == 0, told.stderr
    assert "safe to serve with" in told.stdout


def test_knobs_of_processes_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("CASEFY_PORT", "9100")
    monkeypatch.setenv("CASEFY_WEB_WORKERS", "5")
    argv = BY_NAME["web"].argv()
    assert argv[:3] == [sys.executable, "-m", "granian"]
    assert argv[argv.index("--port") + 1] == "9100"
    assert argv[argv.index("--workers") + 1] == "5"


def test_no_process_listens_to_the_world_unless_told_to(monkeypatch):
    monkeypatch.delenv("CASEFY_BIND", raising=False)
    hosts = [
        argv[argv.index("--host") + 1]
        for argv in (process.argv() for process in PROCESSES)
        if "--host" in argv
    ]
    assert hosts == ["127.0.0.1", "127.0.0.1"]


def test_the_written_file_completes_the_environment_and_never_overrides_it(monkeypatch, tmp_path):
    (tmp_path / "env").write_text(
        "# a comment\nDATABASE_URL=postgres://a\nSECRET_KEY=from-file=with-equals\n"
    )
    monkeypatch.setenv("CASEFY_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("REDIS_URL", "redis://given")
    loaded = env.load()
    assert loaded("DATABASE_URL") == "postgres://a"
    assert loaded("SECRET_KEY") == "from-file=with-equals"
    assert loaded("REDIS_URL") == "redis://given"
