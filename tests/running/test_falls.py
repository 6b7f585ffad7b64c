"""The embedded Postgres and Valkey fall while people work: they come back where they were, and everybody finds them."""

import json
import os
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from casefy.embedded import guard
from casefy.embedded.errors import CannotStart
from casefy.embedded.services import in_use, locked, services
from tests.running.visiting import Person, Program, token_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


def until(is_so, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


class Writer:
    """A client that comments, and knows what it was told."""

    def __init__(self, up, token: str, case: str) -> None:
        self.up, self.token, self.case = up, token, case
        self.tried: list[str] = []
        self.acknowledged: list[str] = []
        self._is_over = threading.Event()

    def write(self) -> None:
        """Go on until told to stop; never say a thing twice."""
        while not self._is_over.is_set():
            text = f"remark-{os.urandom(6).hex()}"
            self.tried.append(text)
            with suppress(OSError):
                status, _ = Program(self.up, self.token).ask(
                    "POST", f"cases/{self.case}/comments", {"text": text}
                )
                if status == 200:
                    self.acknowledged.append(text)
            time.sleep(0.05)

    def stop(self) -> None:
        self._is_over.set()

    def found(self) -> str:
        """The whole timeline, as text."""
        pages, path = [], f"cases/{self.case}/timeline?limit=100"
        while path:
            status, page = Program(self.up, self.token).ask("GET", path)
            assert status == 200, page
            pages.append(json.dumps(page["results"]))
            path = (page["next"] or "").partition("/api/v1/")[2]
        return "".join(pages)


@pytest.fixture
def writer(up):
    token = token_of(up)
    _, page = Program(up, token).ask("GET", "cases?limit=1")
    made = Writer(up, token, page["results"][0]["id"])
    with ThreadPoolExecutor() as pool:
        ends = pool.submit(made.write)
        until(lambda: len(made.acknowledged) > 3)
        yield made
        made.stop()
        ends.result(30)


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_that_falls_comes_back_and_nothing_that_was_acknowledged_is_lost_or_doubled(
    up, writer, name
):
    server = getattr(services(up.home), name)
    before = (up.home / "children.json").read_text()
    said = len(up.lines)
    with locked(up.home / "start.lock"):  # so that it stays away for a while
        os.kill(server.pid(), signal.SIGKILL)
        until(lambda: up.readiness() == 503)
    until(lambda: up.readiness() == 200)
    count = len(writer.acknowledged)
    until(lambda: len(writer.acknowledged) > count + 3)
    writer.stop()
    lines = [line for line in up.lines[said:] if line.startswith("    up | ")]
    assert len(lines) == 2
    assert lines[0].startswith(f"    up | {name.title()} has ended. It is started again")
    assert lines[1].startswith(f"    up | {name.title()} runs again (")
    time.sleep(1)
    found = writer.found()
    assert {found.count(text) for text in writer.acknowledged} == {1}
    assert {found.count(text) for text in writer.tried} <= {0, 1}
    assert (up.home / "children.json").read_text() == before, "nobody else had to be started again"


def test_live_updates_go_on_after_valkey_fell(up):
    ana, token = Person(up), token_of(up)
    _, page = Program(up, token).ask("GET", "cases?limit=1")
    with ana.listen() as stream:
        os.kill(services(up.home).valkey.pid(), signal.SIGKILL)
        stream.read()  # it ends, and the page asks for another
    until(lambda: _hears_again(ana, token, page["results"][0]["id"]))


def _hears_again(ana, token: str, case: str) -> bool:
    with suppress(OSError, AssertionError), ana.listen() as stream:
        asked = Program(ana.up, token).ask("POST", f"cases/{case}/comments", {"text": "Is anybody there?"})
        assert asked[0] == 200
        while line := stream.readline():
            if line.startswith(b"data: {") and case.encode() in line:
                return True
    time.sleep(0.5)  # no ticket yet that was judged after it listens again
    return False


@pytest.fixture
def pair():
    """A Postgres and a Valkey of one test's own."""
    folder = Path(tempfile.mkdtemp(prefix="casefy-guard-"))
    folder.chmod(0o755)
    with in_use(services(folder / "home")) as found:
        yield found
    shutil.rmtree(folder)


def test_a_server_that_cannot_come_back_ends_it_with_a_sentence(pair, monkeypatch):
    monkeypatch.setattr(guard, "ATTEMPTS", 3)
    control = pair.postgres.data / "global" / "pg_control"
    said: list[str] = []
    is_over = threading.Event()
    with ThreadPoolExecutor() as pool:
        ends = pool.submit(guard.keep_up, pair, said.append, is_over.wait)
        time.sleep(1)
        control.rename(control.with_suffix(".away"))
        os.kill(pair.postgres.pid(), signal.SIGKILL)
        with pytest.raises(
            CannotStart, match="Postgres has ended, and 3 attempts to start it again were in vain"
        ):
            ends.result(120)
    assert said == [
        "Postgres has ended. It is started again",
        "Postgres has ended. It is started again in 1 s",
        "Postgres has ended. It is started again in 2 s",
    ]


def test_a_full_disk_is_named(pair, monkeypatch):
    monkeypatch.setattr(guard, "ATTEMPTS", 1)
    monkeypatch.setattr(guard, "FULL", 2**63)
    with ThreadPoolExecutor() as pool:
        (pair.postgres.data / "global" / "pg_control").unlink()
        ends = pool.submit(guard.keep_up, pair, lambda _: None, threading.Event().wait)
        time.sleep(1)
        os.kill(pair.postgres.pid(), signal.SIGKILL)
        with pytest.raises(CannotStart, match=r"because the disk of .* is full\. Make room"):
            ends.result(120)
