"""`casefy up` with real processes: twice, beside another, after a hard kill, and gone without a trace on Ctrl-C."""

import json
import os
import signal
import time
import urllib.request
from contextlib import suppress

import pytest

from casefy.embedded.services import services
from tests.running.product import Up, casefy, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


def pids(up: Up) -> list[int]:
    return [int(pid) for pid in json.loads((up.home / "children.json").read_text())]


def is_running(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_it_says_where_it_is_and_every_part_is_well(up):
    with urllib.request.urlopen(f"{up.url}/readyz", timeout=20) as answer:
        assert json.load(answer) == {
            "ready": True,
            "parts": dict.fromkeys(["database", "cache", "broker", "worker", "beat", "outbox"], "ok"),
        }
    assert up.url in up.output
    assert "Stop with Ctrl-C." in up.output


def test_a_second_start_in_the_same_home_is_refused_with_the_address_of_the_first(up):
    refused = casefy("up", home=up.home)
    assert refused.returncode == 1
    assert refused.stderr.startswith("casefy: It already runs in ")
    assert up.url in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_taken_port_is_one_clear_sentence(up, tmp_path):
    refused = casefy("up", home=tmp_path / "other", CASEFY_PORT=up.environment["CASEFY_PORT"])
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        f"casefy: Port {up.environment['CASEFY_PORT']} is taken by another program."
    )


def test_secrets_are_for_the_owner_alone(up):
    for name in ("secrets.json", "env"):
        assert (up.home / name).stat().st_mode & 0o777 == 0o600


def test_other_commands_find_the_running_product(up):
    checked = casefy("check", home=up.home)
    assert checked.returncode == 0, checked.stderr
    assert up.process.poll() is None, "a command that used the services must not stop them"


def test_a_process_that_falls_is_started_again(up):
    beat = pids(up)[3]
    os.kill(beat, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while "beat | ended with code -9, starts again" not in up.output:
        assert time.monotonic() < deadline, up.output
        time.sleep(0.1)
    assert up.process.poll() is None


def test_after_a_hard_kill_the_next_start_ends_what_was_left_and_answers_within_seconds(up):
    orphans = pids(up)
    up.kill()
    assert any(is_running(pid) for pid in orphans), "nothing was left behind: this test shows nothing"
    seconds = up.start()
    assert "Ended what was left" in up.output
    assert not any(is_running(pid) for pid in orphans)
    assert "Database tables" not in up.output, "a second start migrates nothing"
    assert seconds < 30


def test_after_a_power_cut_with_stale_pid_files_it_starts(up):
    """Everything is killed, and the pid in Postgres' file now belongs to some other program."""
    left = pids(up)
    postgres = services(up.home).postgres
    up.kill()
    for pid in [
        *left,
        int((postgres.data / "postmaster.pid").read_text().split()[0]),
        services(up.home).valkey.pid(),
    ]:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    time.sleep(1)
    note = postgres.data / "postmaster.pid"
    note.write_text(note.read_text().replace(note.read_text().split()[0], str(os.getpid()), 1))
    up.start()


def test_ctrl_c_stops_everything(up):
    children = pids(up)
    assert up.interrupt() == 0
    assert up.output.rstrip().endswith("Stopped.")
    assert not any(is_running(pid) for pid in children)
    assert processes_of(up.home) == []
    assert not (up.home / "up.json").exists()
