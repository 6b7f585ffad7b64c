"""Files that were handed in and not brought in: so many, so large, and so long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from automations.tasks import forget
from casefy.errors import Conflict, Missing
from cases.actions.importing import discard_import, forget_file, start_import, stop_import, upload_log
from cases.logs import files
from cases.logs.files import KEPT, LONGEST_UPLOAD
from cases.logs.models import LogFinding, LogImport, LogPiece
from cases.logs.running import work_on
from tenants.actor import system_actor
from tenants.scope import reading
from tests.acting import acts
from tests.logs.importing import text_log

TEXT = text_log("A,new,2020-01-01,ana", "A,oops,never,", "A,closed,2020-01-03,")
A_MINUTE = timedelta(minutes=1)


def uploaded(cast, text: str = TEXT, **options) -> LogImport:
    return upload_log(by=cast.owner.actor, file_name="log.csv", content=[text.encode()], **options)


def again(cast, log: LogImport) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get(id=log.id)


def pieces(cast, log: LogImport) -> int:
    with cast.scope, reading():
        return LogPiece.objects.filter(log_id=log.id).count()


def left_for(cast, log: LogImport, time: timedelta) -> None:
    with cast.scope:
        LogImport.objects.filter(id=log.id).update(active_at=now() - time)


def test_a_file_that_nobody_brings_in_goes_after_its_term_and_the_timeline_says_so(committed_cast):
    cast = committed_cast
    log = uploaded(cast)
    work_on(cast.organization.id, log.id)
    left_for(cast, log, KEPT - A_MINUTE)
    forget()
    assert (again(cast, log).state, pieces(cast, log)) == ("ready", 1)
    left_for(cast, log, KEPT + A_MINUTE)
    with acts(cast.organization, says=["organization.log_forgotten"]) as acted:
        forget()
    gone = again(cast, log)
    assert (gone.state, gone.is_stored, pieces(cast, log)) == ("stopped", False, 0)
    assert "was kept for 14 days" in gone.error
    assert (acted.event.fact["file"], acted.event.fact["done"], acted.event.actor_kind) == (
        "log.csv",
        0,
        "system",
    )
    with cast.scope, reading():
        assert LogFinding.objects.filter(log_id=log.id).count() == 1, "what was found is told on"
    with pytest.raises(Conflict, match="no longer kept"):
        start_import(by=cast.owner.actor, import_id=log.id)
    forget()
    assert again(cast, log).error == gone.error


def test_what_is_being_worked_on_or_was_gone_on_with_is_no_file_that_was_left(committed_cast):
    cast = committed_cast
    waiting, stopped = uploaded(cast), uploaded(cast)
    stop_import(by=cast.owner.actor, import_id=stopped.id)
    for log in (waiting, stopped):
        left_for(cast, log, KEPT + A_MINUTE)
    start_import_again(cast, stopped)
    forget()
    assert [pieces(cast, log) for log in (waiting, stopped)] == [1, 1]
    for player, refusal in ((cast.owner, Conflict), (cast.stranger, Missing)):
        with pytest.raises(refusal):
            forget_file(by=player.actor, import_id=stopped.id)
    with pytest.raises(Conflict, match="went on"):
        forget_file(by=system_actor(cast.organization.id), import_id=waiting.id)


def start_import_again(cast, log: LogImport) -> None:
    with cast.scope:
        LogImport.objects.filter(id=log.id).update(wish="import", template_name="T")
    start_import(by=cast.owner.actor, import_id=log.id)


def test_an_organization_has_so_many_files_waiting_and_is_told_the_way_out(committed_cast, monkeypatch):
    cast = committed_cast
    monkeypatch.setattr(files, "MOST_FILES", 2)
    first, _ = uploaded(cast), uploaded(cast)
    with pytest.raises(Conflict, match=r"2 files wait here .* Bring some of them in, or discard") as refused:
        uploaded(cast)
    assert refused.value.code == "too_many_files"
    upload_log(by=cast.stranger.actor, file_name="log.csv", content=[TEXT.encode()])
    stop_import(by=cast.owner.actor, import_id=first.id)
    discard_import(by=cast.owner.actor, import_id=first.id)
    last = uploaded(cast, template_name="T", at_once=True)
    work_on(cast.organization.id, last.id)
    assert again(cast, last).state == "done"
    uploaded(cast)  # what is in holds no place
    with cast.scope, reading():
        assert LogImport.objects.count() == 3


def test_an_organization_has_so_many_bytes_waiting_and_the_file_too_much_leaves_nothing(
    committed_cast, monkeypatch
):
    cast = committed_cast
    monkeypatch.setattr(files, "MOST_BYTES", 2 * len(TEXT))
    both = [uploaded(cast), uploaded(cast)]
    with pytest.raises(Conflict, match="would hold more than") as refused:
        uploaded(cast)
    assert refused.value.code == "no_room_for_file"
    with cast.scope, reading():
        assert {log.id for log in LogImport.objects.all()} == {log.id for log in both}
        assert LogPiece.objects.count() == 2


def test_an_upload_of_a_killed_server_is_cleared_away_by_a_tick(committed_cast):
    cast = committed_cast

    def killed():
        yield b"x" * (2 << 20)
        raise SystemExit

    for _ in range(2):
        with pytest.raises(SystemExit):
            upload_log(by=cast.owner.actor, file_name="x.csv", content=killed())
    with cast.scope:
        old, young = LogImport.objects.order_by("id")
    left_for(cast, old, LONGEST_UPLOAD)
    whole = uploaded(cast)
    with acts(cast.organization, says=[]):
        forget()
    with cast.scope:
        assert {log.id for log in LogImport.objects.all()} == {young.id, whole.id}
    assert [pieces(cast, log) for log in (old, young)] == [0, 2]


def test_an_upload_that_breaks_off_leaves_nothing(committed_cast):
    def cut_off():
        yield b"x" * (2 << 20)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        upload_log(by=committed_cast.owner.actor, file_name="x.csv", content=cut_off())
    with committed_cast.scope, reading():
        assert not LogImport.objects.exists()
        assert not LogPiece.objects.exists()


def test_the_page_says_until_when_a_file_is_kept_and_when_there_is_no_news(committed_cast):
    cast = committed_cast
    client = Client()
    client.force_login(cast.owner.user)
    log = uploaded(cast)
    url = f"/o/{cast.organization.slug}/imports/{log.id}"

    def page() -> str:
        return client.get(url).content.decode()

    assert "A worker takes it in a moment" in page()
    left_for(cast, log, 2 * A_MINUTE)
    assert "No worker has taken it yet" in page()
    assert "is kept until" not in page()
    with cast.scope:
        LogImport.objects.filter(id=log.id).update(state="importing", claimed_until=now() + A_MINUTE)
    assert "No news of it since" in page()
    with cast.scope:
        LogImport.objects.filter(id=log.id).update(state="waiting", claimed_until=None)
    work_on(cast.organization.id, log.id)
    assert "The file is kept until" in page()
    assert "No news" not in page()
