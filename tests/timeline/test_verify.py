"""`casefy verify`, and what it must not take for a fault."""

from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tenants.actor import system_actor
from tenants.scope import scoped_to
from tests.timeline.tampering import BODY_THREE, THREE, first_broken, judged
from tests.timeline.trial import Thing, at_once
from timeline.record import record

EDIT = f"UPDATE timeline_eventbody SET body = replace(body, 'fact', 'tact') {BODY_THREE}"


def test_writers_at_work_are_no_fault(kept, noted):
    streams, by, found = [uuid4() for _ in range(4)], system_actor(kept.id), []

    def write_or_verify(number: int) -> None:
        for turn in range(25):
            if number < 4:
                with scoped_to(kept.id), transaction.atomic():
                    record(noted(text=str(turn)), by=by, about=Thing(streams[number]))
            else:
                found.extend(judged(kept).broken)

    at_once(write_or_verify, 6)
    assert found == []
    assert judged(kept).events == 100


def test_batches_do_not_hide_what_lies_at_their_seams(kept, stream, tamper, monkeypatch):
    monkeypatch.setattr("timeline.chain.BATCH", 2)
    assert judged(kept).broken == ()
    assert (judged(kept).streams, judged(kept).events) == (2, 12)
    tamper(f"DELETE FROM timeline_event {THREE}", s=stream)
    assert first_broken(kept, stream)[0] == 3


def test_the_command_names_the_first_broken_event_and_fails(kept, stream, tamper):
    out = StringIO()
    call_command("verify", organization=kept.slug, stdout=out)
    assert "All of it is whole: 12 events in 2 streams." in out.getvalue()
    call_command("verify", stream=stream, stdout=out)
    tamper(EDIT, s=stream)
    for options in (
        {},
        {"organization": kept.slug},
        {"organization": kept.slug, "stream": stream},
        {"stream": stream},
    ):
        out = StringIO()
        with pytest.raises(CommandError) as failed:
            call_command("verify", stdout=out, **options)
        assert failed.value.returncode == 1
        assert f"{kept.slug}: case {stream}, event 3: its body was changed" in out.getvalue()


@pytest.mark.parametrize(
    "options", [{"organization": "nobody-here"}, {"stream": UUID(int=7)}], ids=["organization", "stream"]
)
def test_the_command_says_what_is_not_there(options, kept):
    with pytest.raises(CommandError, match="There is no") as failed:
        call_command("verify", stdout=StringIO(), **options)
    assert failed.value.returncode == 2
