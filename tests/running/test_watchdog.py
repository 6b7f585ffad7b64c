"""A worker that lives but hears nothing any more ends itself, so that its supervisor starts another."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.conf import settings

from casefy import alive, doorbell
from casefy.celery import app
from casefy.valkey import client

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("watchdog")]
# The product's own worker, with a watchdog in a hurry.
WORKER = """
from casefy import alive
alive.DEAF_AFTER, alive.MARK_EVERY = 1.5, 0.2
from casefy.celery import app
app.worker_main(["--quiet", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"])
"""


def eventually(is_so: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def worker():
    """A worker on this test's own Valkey database, which has taken a message already."""
    client().delete(
        settings.CELERY_TASK_DEFAULT_QUEUE, "casefy:alive:worker", f"casefy:bell:{alive.heartbeat.name}"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    eventually(lambda: alive.is_alive("worker"))
    yield started
    started.kill()
    started.communicate()


def test_a_worker_that_hears_nothing_though_messages_wait_ends_itself(worker):
    time.sleep(3)
    assert worker.poll() is None, "silence alone is no reason: nothing waited"
    app.control.cancel_consumer(settings.CELERY_TASK_DEFAULT_QUEUE, reply=True)
    doorbell.ring(alive.heartbeat.name)
    assert worker.wait(60) == 0
    assert "messages wait but none arrives" in worker.stdout.read()
