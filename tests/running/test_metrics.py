"""`/metrics` of a web process with several workers."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from casefy import shared_counts
from casefy.embedded.errors import CannotStart
from casefy.embedded.ports import free_port

ASKED = 40


@pytest.fixture
def address(tmp_path):
    """A web process with two workers; where it answers."""
    port = str(free_port())
    given = {"DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_CHECKED": "1", "CASEFY_WEB_WORKERS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "casefy", "web"],
        env={**os.environ, **given, "CASEFY_PORT": port, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def text_of(url: str) -> str:
    """A page, each time by a connection of its own: any worker may answer."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.xdist_group("up")
def test_each_scrape_is_of_all_workers(address):
    for _ in range(ASKED):
        text_of(f"{address}/accounts/login/")
    scrapes = [text_of(f"{address}/metrics") for _ in range(12)]
    counted = [
        re.search(r'request_seconds_count\{.*route="accounts/login/".*\} (\S+)', text) for text in scrapes
    ]
    assert {float(found[1]) if found else 0.0 for found in counted} == {float(ASKED)}
    assert all(len(re.findall(r"^casefy_worker_alive", text, re.MULTILINE)) == 1 for text in scrapes)


def test_a_start_forgets_what_an_earlier_process_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(shared_counts.VARIABLE, "")  # and it is taken back, whatever is put there meanwhile
    earlier = tmp_path / f"casefy-metrics-{os.getuid()}-8123"
    earlier.mkdir()
    (earlier / "histogram_1.db").write_text("old")
    shared_counts.prepare("8123")
    assert Path(os.environ[shared_counts.VARIABLE]) == earlier
    assert list(earlier.iterdir()) == []


def test_a_folder_that_somebody_else_put_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(shared_counts.VARIABLE, "")  # and it is taken back, whatever is put there meanwhile
    (tmp_path / f"casefy-metrics-{os.getuid()}-8123").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match=shared_counts.VARIABLE):
        shared_counts.prepare("8123")
