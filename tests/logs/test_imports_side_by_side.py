"""A large import keeps nobody else waiting: real workers, two organizations, a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now

from automations.imports import bring_in_due
from casefy import doorbell
from casefy.valkey import client
from cases.actions.importing import BELL, begin_import, stop_import, upload_log
from cases.logs.keeping import claim, due
from cases.logs.models import LogImport
from cases.logs.plan import Plan
from tenants.actor import Actor, system_actor
from tenants.scope import reading, scoped_to
from tests.cast import CommittedCast
from tests.logs.importing import rows, text_log, written

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("import_workers")]
ROOT = Path(__file__).resolve().parents[2]
LARGE = [f"C{n // 5},step {n % 5},2020-01-01T00:{n % 60:02}:00+00:00" for n in range(20_000)]
SEVERAL = LARGE[:4_000]
SMALL = [f"S{n // 5},step {n % 5},2020-01-01T00:{n % 60:02}:00+00:00" for n in range(20)]
HEADING = "case_id,activity,timestamp"


def brought(by: Actor, lines: list[str]) -> LogImport:
    content = [text_log(*lines, heading=HEADING).encode()]
    return upload_log(by=by, file_name="log.csv", content=content, template_name="T", at_once=True)


def again(log: LogImport) -> LogImport:
    with scoped_to(log.organization_id), reading():
        return LogImport.objects.get(id=log.id)


def eventually(is_so: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def nothing_else_waits(superuser):
    """Other tests of this database leave imports behind, and those of this file are no concern of theirs."""
    stop = "UPDATE case_logs_logimport SET state = 'stopped', claimed_until = NULL WHERE state <> 'done'"
    superuser.execute(stop)
    yield
    superuser.execute(stop)


@pytest.fixture
def worker():
    """Start the product's worker, with as many children as it has by itself; all that were started are killed."""
    assert connection.settings_dict["NAME"] in os.environ["DATABASE_URL"]
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        client().delete(settings.CELERY_TASK_DEFAULT_QUEUE, f"casefy:bell:{BELL}")
        command = ["-m", "celery", "--app", "casefy.celery", "--quiet", "worker", "--concurrency", "2"]
        started.append(
            subprocess.Popen(
                [sys.executable, *command, "--loglevel", "warning", "--without-gossip", "--without-mingle"],
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings"},
                cwd=ROOT,
                start_new_session=True,
            )
        )
        doorbell.ring(BELL)
        return started[-1]

    yield start
    for process in started:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """End a worker and its children as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_small_import_does_not_wait_for_a_large_one_of_somebody_else(committed_cast, worker):
    large = brought(committed_cast.owner.actor, LARGE)
    worker()
    eventually(lambda: again(large).events_made > 0)
    small = brought(committed_cast.stranger.actor, SMALL)
    eventually(lambda: again(small).state == "done")
    assert (again(large).state, again(small).events_made) == ("importing", len(SMALL))


def test_a_killed_worker_loses_and_doubles_nothing_of_what_ran_side_by_side(committed_cast, worker, tmp_path):
    logs = [brought(each.actor, SEVERAL) for each in (committed_cast.owner, committed_cast.stranger)]
    first = worker()
    eventually(lambda: all(again(log).events_made > 0 for log in logs))
    kill(first)
    left = [again(log) for log in logs]
    assert [log.state for log in left] == ["importing", "importing"], "both ran at the time"
    assert all(0 < log.events_made == log.steps_done < len(SEVERAL) for log in left)
    for log in logs:
        the_lease_ends(log)
    worker()
    eventually(lambda: all(again(log).state == "done" for log in logs))
    done = [again(log) for log in logs]
    assert [(log.events_made, log.events_known, log.refused) for log in done] == [(len(SEVERAL), 0, 0)] * 2
    assert sorted(",".join(row) for row in rows(written(committed_cast, "t", tmp_path))) == sorted(SEVERAL)


def the_lease_ends(log: LogImport) -> None:
    with scoped_to(log.organization_id), transaction.atomic():
        LogImport.objects.filter(id=log.id).update(claimed_until=now())


def test_another_worker_stays_free_and_an_organization_has_one_at_a_time(committed_cast):
    first, second = (brought(committed_cast.owner.actor, SMALL) for _ in range(2))
    other = brought(committed_cast.stranger.actor, SMALL)
    assert claim(first.organization_id, first.id) is not None
    assert due() is None, "another process works on imports already"
    assert due([first.id]) == (other.organization_id, other.id), "not the second one of the same organization"
    stop_import(by=committed_cast.owner.actor, import_id=first.id)
    assert due() == (second.organization_id, second.id)


def test_the_last_place_is_kept_for_a_small_file(committed_cast):
    casts = [committed_cast, CommittedCast(), CommittedCast()]
    logs = [brought(each.actor, SMALL) for cast in casts for each in (cast.owner, cast.stranger)]
    *large, one_more, small = logs[:5]
    for log in (*large, one_more):
        with scoped_to(log.organization_id), transaction.atomic():
            LogImport.objects.filter(id=log.id).update(file_bytes=100 << 20)
    for log in large:
        assert claim(log.organization_id, log.id) is not None
    mine = [log.id for log in large]
    assert due(mine) == (small.organization_id, small.id), "the fourth large one waits, though it came before"
    the_lease_ends(large[0])
    assert due(mine[1:]) == (one_more.organization_id, one_more.id)


def test_a_command_that_fell_silent_is_found_when_it_was_long_enough(committed_cast):
    by = system_actor(committed_cast.organization.id, "Command line")
    log = begin_import(by=by, file_name="x.csv", template_name="T", digest=b"x" * 32, size=1, plan=Plan()).log
    for silence, found in ((0, None), (1, None), (3, (log.organization_id, log.id))):
        with scoped_to(log.organization_id), transaction.atomic():
            LogImport.objects.filter(id=log.id).update(claimed_until=now() - timedelta(minutes=silence))
        assert due() == found
    assert bring_in_due() == 1
    assert (again(log).state, due()) == ("failed", None)
