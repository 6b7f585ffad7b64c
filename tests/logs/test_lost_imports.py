"""Imports whose worker hangs, dies, or was a command that ended: each is seen, and ends with a sentence."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from django.utils.timezone import now

from cases.actions.importing import begin_import, start_import, stop_import, upload_log
from cases.logs import keeping
from cases.logs.keeping import LostClaim, Stalled, claim
from cases.logs.models import LogImport
from cases.logs.plan import Plan
from cases.logs.running import work_on
from cases.logs.storing import Writer
from tenants.actor import system_actor
from tenants.scope import reading
from tests.acting import acts
from tests.logs.importing import bring_in, text_log
from tests.logs.reading import a_file
from timeline.models import Event
from timeline.queries import told

LINES = [f"C{n // 5},step {n % 5},2020-01-01T00:{n % 60:02}:00+00:00," for n in range(1_000)]


def uploaded(cast) -> LogImport:
    content = [text_log(*LINES).encode()]
    return upload_log(
        by=cast.owner.actor, file_name="log.csv", content=content, template_name="T", at_once=True
    )


def again(cast, log: LogImport) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get(id=log.id)


def change(cast, log: LogImport, **changes) -> None:
    with cast.scope, transaction.atomic():
        LogImport.objects.filter(id=log.id).update(**changes)


def beside(act: Callable[[], Any]) -> Any:
    """Do something in another thread, with a connection of its own, as another process would."""
    answers = []

    def run() -> None:
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def in_the_second_batch(patch, happens: Callable[[], Any]) -> None:
    """Something happens while the second batch is about to be stored."""
    store, batches = Writer.store, []

    def storing(self, batch):
        batches.append(batch)
        if len(batches) == 2:
            happens()
        return store(self, batch)

    patch.setattr(Writer, "store", storing)


def stops_told(cast) -> list[dict[str, Any]]:
    kind = "organization.log_import_stopped"
    with cast.scope, reading():
        ids = list(Event.objects.filter(type=kind).order_by("position").values_list("id", flat=True))
        found = told(ids)
        return [found[each].fact for each in ids]


def test_a_worker_that_lives_and_gets_nowhere_is_given_up_and_whoever_asked_goes_on(
    committed_cast, monkeypatch
):
    """The second batch hangs: as if nothing had come of it for an hour, and until it is given up."""
    cast, log = committed_cast, uploaded(committed_cast)

    def hang() -> None:
        beside(lambda: change(cast, log, active_at=now() - keeping.STALLED))
        end = time.monotonic() + 60
        while beside(lambda: again(cast, log).state) != "failed" and time.monotonic() < end:
            time.sleep(0.05)

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "LEASE", timedelta(seconds=2))
        in_the_second_batch(patch, hang)
        assert work_on(cast.organization.id, log.id)
    left = again(cast, log)
    assert (left.state, left.events_made, left.claimed_by) == ("failed", 400, None)
    assert "for an hour" in left.error
    assert [(fact["done"], fact["why"]) for fact in stops_told(cast)] == [(400, left.error)]
    start_import(by=cast.owner.actor, import_id=log.id)
    assert work_on(cast.organization.id, log.id)
    done = again(cast, log)
    assert (done.state, done.events_made, done.error) == ("done", 1_000, "")


def test_a_lease_is_prolonged_while_the_work_gets_on_and_no_longer(committed_cast):
    cast, log = committed_cast, uploaded(committed_cast)
    held = claim(cast.organization.id, log.id)
    change(cast, log, active_at=now() - keeping.STALLED + timedelta(minutes=5), claimed_until=now())
    held.prolong()
    assert again(cast, log).claimed_until > now()
    change(cast, log, active_at=now() - keeping.STALLED)
    with pytest.raises(Stalled):
        held.prolong()
    held.tell(rows_read=5)
    held.prolong()
    stop_import(by=cast.owner.actor, import_id=log.id)
    with pytest.raises(LostClaim):
        held.prolong()


def the_log(cast) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get()


def killed() -> None:
    raise SystemExit("killed")


def test_a_command_that_was_killed_is_told_of_and_goes_on_when_it_is_run_again(
    committed_cast, tmp_path, monkeypatch
):
    cast, path = committed_cast, a_file(tmp_path, text_log(*LINES))
    with monkeypatch.context() as patch:
        in_the_second_batch(patch, killed)
        with pytest.raises(SystemExit):
            bring_in(cast, path, "T")
    log = the_log(cast)
    assert (log.state, log.is_stored) == ("importing", False)
    change(cast, log, claimed_until=now())
    with acts(cast.organization, says=["organization.log_import_stopped"]) as acted:
        assert work_on(cast.organization.id, log.id)
    left = again(cast, log)
    assert (left.state, left.events_made) == ("failed", 400)
    assert "Run it again" in left.error
    assert acted.event.fact["why"] == left.error
    done = bring_in(cast, path, "T")
    assert (done.events, again(cast, log).state, again(cast, log).error) == (1_000, "done", "")


def test_a_person_stops_what_a_command_brings_in(committed_cast, tmp_path, monkeypatch):
    cast, path = committed_cast, a_file(tmp_path, text_log(*LINES))

    def stop() -> None:
        stop_import(by=cast.owner.actor, import_id=the_log(cast).id)

    in_the_second_batch(monkeypatch, lambda: beside(stop))
    with pytest.raises(CommandError, match="was stopped"):
        bring_in(cast, path, "T")
    assert (the_log(cast).state, the_log(cast).events_made) == ("stopped", 400)


def test_an_import_of_the_command_line_is_claimed_from_its_first_moment(committed_cast):
    cast = committed_cast
    by = system_actor(cast.organization.id, "Command line")
    asked = {
        "by": by,
        "file_name": "x.csv",
        "template_name": "T",
        "digest": b"x" * 32,
        "size": 1,
        "plan": Plan(),
    }
    held = begin_import(**asked)
    assert again(cast, held.log).claimed_until > now()
    assert claim(cast.organization.id, held.log.id) is None
    second = begin_import(**asked)
    assert second.log.id == held.log.id, "the one that was killed is taken up"
    with pytest.raises(LostClaim):
        held.tell(rows_read=1)


def test_a_look_that_was_stopped_or_failed_is_gone_on_with(committed_cast):
    cast, by = committed_cast, committed_cast.owner.actor
    log = upload_log(by=by, file_name="log.csv", content=[text_log(*LINES).encode()])
    stop_import(by=by, import_id=log.id)
    for state in ("stopped", "failed"):
        change(cast, log, state=state)
        with acts(cast.organization, says=["organization.log_planned"]):
            assert start_import(by=by, import_id=log.id).wish == "look"
        assert work_on(cast.organization.id, log.id)
        assert (again(cast, log).state, again(cast, log).found["events"]) == ("ready", 1_000)
