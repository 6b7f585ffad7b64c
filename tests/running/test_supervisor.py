"""The supervisor keeps children running, tells their lines apart, and leaves nobody behind."""

import io
import os
import sys
import threading
import time

from casefy import leftovers
from casefy.supervisor import Child, Supervisor

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("up", flush=True)
time.sleep(60)
"""


def running(program: str, *more: str) -> tuple[Supervisor, io.StringIO, threading.Thread]:
    out = io.StringIO()
    children = [
        Child(f"c{number}", [sys.executable, "-c", text]) for number, text in enumerate((program, *more))
    ]
    supervisor = Supervisor(children, os.environ, out=out)
    supervisor.start()
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    return supervisor, out, thread


def until(true, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_lines_carry_the_name_of_who_said_them():
    supervisor, out, thread = running("import time; print('hello', flush=True); time.sleep(60)")
    until(lambda: "c0 | hello\n" in out.getvalue())
    supervisor.stop()
    thread.join(30)


def test_a_child_that_falls_at_once_is_started_again_later_and_later():
    supervisor, out, thread = running("raise SystemExit(3)")
    until(lambda: out.getvalue().count("ended with code 3") >= 2)
    supervisor.stop()
    thread.join(30)
    assert "starts again in 1 s" in out.getvalue()
    assert "starts again in 2 s" in out.getvalue()


def test_a_child_that_ignores_the_polite_request_is_ended_with_its_own_children(monkeypatch):
    monkeypatch.setattr("casefy.supervisor.GRACE", 0.5)
    supervisor, out, thread = running(STUBBORN)
    until(lambda: "up" in out.getvalue())
    (group,) = supervisor.pids
    supervisor.stop()
    thread.join(30)
    until(
        lambda: not any(found.group == group for found in leftovers._running())
    )  # the killed go when they may


def test_children_noted_before_a_hard_kill_are_ended_and_strangers_are_not(tmp_path, monkeypatch):
    supervisor, out, thread = running(
        "import time; print('a', flush=True); time.sleep(60)",
        "import time; print('b', flush=True); time.sleep(60)",
    )
    until(lambda: "a" in out.getvalue() and "b" in out.getvalue())
    ours, strange = supervisor.pids
    note = tmp_path / "children.json"
    leftovers.remember(note, [ours, strange])
    born = leftovers.json.loads(note.read_text())
    note.write_text(
        leftovers.json.dumps({**born, str(strange): "Thu Jan  1 00:00:00 1970"})
    )  # the number was given to another since
    monkeypatch.setattr(supervisor, "_look_after", lambda _: None)
    assert leftovers.end(note) == 1
    alive = {found.pid for found in leftovers._running()}
    assert strange in alive
    assert ours not in alive
    assert not note.exists()
    supervisor.stop()
    thread.join(30)
