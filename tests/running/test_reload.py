"""The web process takes new code in while people work: somebody always answers."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from bench.meter import descendants
from casefy.embedded.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


@pytest.fixture
def web(tmp_path):
    """The web process alone, and its address."""
    port = free_port()
    given = {"DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_CHECKED": "1", "CASEFY_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "casefy", "web"],
        env={**os.environ, **given, "CASEFY_PORT": str(port), "CASEFY_WEB_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}/healthz"
    wait_for(lambda: answers(address) == "")
    yield process, address
    process.terminate()
    process.wait(30)


def answers(address: str) -> str:
    """Nothing, or why there is no answer."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return "" if answer.read() == b"ok" else "not ok"
    except OSError as error:
        return repr(error)


def wait_for(is_so) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_nobody_stands_before_a_closed_door_while_the_workers_are_replaced(web):
    process, address = web
    before = set(descendants(process.pid)[1:])
    said: list[str] = []
    is_over = threading.Event()

    def ask():
        while not is_over.is_set():
            said.append(answers(address))

    people = [threading.Thread(target=ask) for _ in range(3)]
    for each in people:
        each.start()
    process.send_signal(signal.SIGHUP)
    try:
        wait_for(lambda: before.isdisjoint(descendants(process.pid)[1:]) and descendants(process.pid)[1:])
        time.sleep(1)
    finally:
        is_over.set()
        for each in people:
            each.join()
    assert len(said) > 10
    assert [fault for fault in said if "refused" in fault] == []
