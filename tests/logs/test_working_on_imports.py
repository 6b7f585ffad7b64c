"""Uploads, looks, workers that die, and people who stop an import."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from automations.imports import bring_in_due
from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.importing import discard_import, plan_import, start_import, stop_import, upload_log
from cases.logs import running
from cases.logs.keeping import LostClaim, claim
from cases.logs.models import LogFinding, LogImport, LogPiece
from cases.logs.plan import plan_from_json
from cases.logs.storing import Writer
from tenants.scope import reading, scoped_to
from tests.acting import acts
from tests.logs.importing import bring_in, cases_of, replays_like_its_row, rows, text_log, written
from tests.logs.reading import SAMPLE, a_file
from tests.logs.test_import_export import original

ROOT = Path(__file__).resolve().parents[2]
LINES = ["A,new,2020-01-01,ana", "A,oops,never,", "A,closed,2020-01-03,", "B,new,2020-01-02,bo"]


def uploaded(cast, text: str, **options) -> LogImport:
    return upload_log(by=cast.owner.actor, file_name="log.csv", content=[text.encode()], **options)


def again(cast, log: LogImport) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get(id=log.id)


def findings(cast, log: LogImport) -> list[tuple[int, str]]:
    with cast.scope, reading():
        return list(LogFinding.objects.filter(log_id=log.id).order_by("line").values_list("line", "outcome"))


def work(cast, log: LogImport) -> LogImport:
    """What a worker does when it gets to this import."""
    assert running.work_on(cast.organization.id, log.id)
    return again(cast, log)


def test_an_upload_is_looked_at_and_a_person_decides(committed_cast):
    log = work(committed_cast, uploaded(committed_cast, text_log(*LINES)))
    assert (log.state, log.refused, log.found["cases"], log.found["events"]) == ("ready", 1, 2, 3)
    assert [stage["name"] for stage in log.found["stages"]] == ["new", "closed"]
    assert plan_from_json(log.plan).case == "case"
    assert log.template_name == "Log", "suggested by the file's name"
    assert findings(committed_cast, log) == [(3, "refused")]


def test_a_file_whose_name_says_nothing_needs_one_for_its_cases(committed_cast):
    by = committed_cast.owner.actor
    log = work(committed_cast, upload_log(by=by, file_name=".csv", content=[text_log(*LINES).encode()]))
    assert log.template_name == ""
    with pytest.raises(Invalid, match="needs a name"):
        start_import(by=by, import_id=log.id)


def test_a_planned_import_comes_in_and_lets_its_file_go(committed_cast, tmp_path):
    log = work(committed_cast, uploaded(committed_cast, text_log(*LINES)))
    by = committed_cast.owner.actor
    plan = plan_from_json(log.plan)
    plan_import(by=by, import_id=log.id, plan=plan, template_name="Orders")
    assert work(committed_cast, log).state == "ready"
    start_import(by=by, import_id=log.id)
    done = work(committed_cast, log)
    assert (done.state, done.cases_made, done.events_made, done.refused) == ("done", 2, 3, 1)
    assert (done.claimed_by, done.claimed_until, done.percent) == (None, None, 100)
    assert findings(committed_cast, log) == [(3, "refused")]
    with committed_cast.scope, reading():
        assert not LogPiece.objects.filter(log_id=log.id).exists()
    assert len(rows(written(committed_cast, "orders", tmp_path))) == 3
    with pytest.raises(Conflict, match="no longer kept"):
        start_import(by=by, import_id=log.id)


def test_a_file_whose_columns_nobody_understands_waits_for_a_person(committed_cast):
    log = work(committed_cast, uploaded(committed_cast, "foo,bar,baz\nx,y,z\nx,y,q\n", template_name="T"))
    assert log.state == "ready"
    assert "which column holds" in log.found["problem"]
    assert log.found["columns"] == ["foo", "bar", "baz"]
    with pytest.raises(Conflict, match="how the columns are meant"):
        start_import(by=committed_cast.owner.actor, import_id=log.id)


def test_a_file_of_which_no_row_can_be_read_waits_with_what_was_guessed(committed_cast):
    log = work(committed_cast, uploaded(committed_cast, text_log("A,new,soon,", "A,closed,later,")))
    assert log.state == "ready"
    assert "None of the 2 rows can be read" in log.found["problem"]
    assert [log.plan[role] for role in ("case", "activity", "timestamp")] == ["case", "activity", "timestamp"]
    assert findings(committed_cast, log) == [(2, "refused"), (3, "refused")]
    with pytest.raises(Conflict, match="how the columns are meant"):
        start_import(by=committed_cast.owner.actor, import_id=log.id)


def test_what_is_no_log_fails_with_a_sentence(committed_cast):
    log = work(committed_cast, uploaded(committed_cast, "PK\x03\x04 not a log"))
    assert (log.state, "zip archive" in log.error) == ("failed", True)


def test_the_worker_takes_whatever_is_due_and_the_sample_comes_in_with_one_call(committed_cast, tmp_path):
    content = [SAMPLE.read_bytes()]
    log = upload_log(
        by=committed_cast.owner.actor,
        file_name=SAMPLE.name,
        content=content,
        template_name="Incidents",
        at_once=True,
    )
    assert bring_in_due() >= 1
    done = again(committed_cast, log)
    assert (done.state, done.cases_made, done.events_made) == ("done", 2_000, 8_084)
    assert rows(written(committed_cast, "incidents", tmp_path)) == original()


def test_a_worker_that_dies_between_two_batches_loses_nothing_and_doubles_nothing(
    committed_cast, tmp_path, monkeypatch
):
    lines = [f"C{n // 5},step {n % 5},2020-01-01T00:{n % 60:02}:00+00:00" for n in range(1_500)]
    text = text_log(*lines, heading="case_id,activity,timestamp")
    log = uploaded(committed_cast, text, template_name="T", at_once=True)
    store, batches = Writer.store, []

    def dying(self, batch):
        batches.append(batch)
        if len(batches) == 3:
            raise SystemExit("killed")
        return store(self, batch)

    monkeypatch.setattr(Writer, "store", dying)
    with pytest.raises(SystemExit):
        running.work_on(committed_cast.organization.id, log.id)
    left = again(committed_cast, log)
    assert (left.state, left.steps_done, left.events_made) == ("importing", 800, 800)
    assert not running.work_on(committed_cast.organization.id, log.id), "the lease of the dead one still runs"
    release(committed_cast, log)
    done = work(committed_cast, log)
    assert (done.state, done.cases_made, done.events_made, done.events_known) == ("done", 300, 1_500, 0)
    assert sorted(",".join(row) for row in rows(written(committed_cast, "t", tmp_path))) == sorted(lines)
    assert all(replays_like_its_row(case) for case in cases_of(committed_cast, "t")[::29])


def release(cast, log: LogImport) -> None:
    with cast.scope, transaction.atomic():
        LogImport.objects.filter(id=log.id).update(claimed_until=now())


def test_an_import_that_kills_its_worker_every_time_is_given_up(committed_cast, monkeypatch):
    log = uploaded(committed_cast, text_log(*LINES), template_name="T", at_once=True)

    def dying(self, batch):
        raise SystemExit("killed")

    monkeypatch.setattr(Writer, "store", dying)
    for _ in range(5):
        with pytest.raises(SystemExit):
            running.work_on(committed_cast.organization.id, log.id)
        release(committed_cast, log)
    with acts(committed_cast.organization, says=["organization.log_import_stopped"]) as acted:
        given_up = work(committed_cast, log)
    assert (given_up.state, "five times" in given_up.error) == ("failed", True)
    assert acted.event.fact["why"] == given_up.error
    assert not running.work_on(committed_cast.organization.id, log.id)


def test_stopping_takes_the_import_away_from_its_worker_and_it_can_go_on(committed_cast):
    log = uploaded(committed_cast, text_log(*LINES), template_name="T", at_once=True)
    held = claim(committed_cast.organization.id, log.id)
    stop_import(by=committed_cast.owner.actor, import_id=log.id)
    with pytest.raises(LostClaim):
        held.tell(rows_read=1)
    start_import(by=committed_cast.owner.actor, import_id=log.id)
    assert work(committed_cast, log).state == "done"


def test_only_those_who_may_import_do(committed_cast):
    text = text_log(*LINES)
    with pytest.raises(Forbidden):
        upload_log(by=committed_cast.reader.actor, file_name="x", content=[text.encode()])
    log = uploaded(committed_cast, text)
    with pytest.raises(Forbidden):
        discard_import(by=committed_cast.colleague.actor, import_id=log.id)
    with pytest.raises(Missing):
        stop_import(by=committed_cast.stranger.actor, import_id=log.id)
    stop_import(by=committed_cast.owner.actor, import_id=log.id)
    discard_import(by=committed_cast.owner.actor, import_id=log.id)
    with committed_cast.scope, reading():
        assert not LogImport.objects.filter(id=log.id).exists()


def test_an_empty_upload_is_refused_and_leaves_nothing(committed_cast):
    with pytest.raises(Invalid, match="empty"):
        uploaded(committed_cast, "")
    with scoped_to(committed_cast.organization.id), reading():
        assert not LogImport.objects.exists()


def test_a_command_that_is_killed_goes_on_when_it_is_run_again(committed_cast, tmp_path):
    slug = committed_cast.organization.slug
    lines = [f"C{n % 400},step {n // 400},2020-01-01T00:00:{n // 400:02}+00:00" for n in range(8_000)]
    path = a_file(tmp_path, text_log(*lines, heading="case_id,activity,timestamp"))
    command = [
        sys.executable,
        "-m",
        "django",
        "import_log",
        str(path),
        f"--organization={slug}",
        "--template=T",
    ]
    database = connection.settings_dict["NAME"]
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings", "PYTHONPATH": str(ROOT), "CASEFY_POOL_SIZE": "0",
    }  # fmt: skip
    assert database in environment["DATABASE_URL"]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for_some_progress(committed_cast, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with committed_cast.scope, reading():
        done_before = LogImport.objects.get().events_made
    assert 0 < done_before < 8_000
    done = bring_in(committed_cast, path, "T")
    assert (done.cases, done.events, done.refused) == (400, 8_000, 0)
    assert rows(written(committed_cast, "t", tmp_path)) == [tuple(line.split(",")) for line in lines]


def wait_for_some_progress(cast, process: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with cast.scope, reading():
            if LogImport.objects.filter(events_made__gt=0).exists():
                return
        time.sleep(0.02)
    raise AssertionError("the import made no progress, or was over before it could be killed")
