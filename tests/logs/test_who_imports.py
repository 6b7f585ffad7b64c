"""An import does what the one who asked for it may do now, and the organization's timeline says who that was."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils.timezone import now

from casefy.errors import Forbidden
from cases.actions.importing import discard_import, plan_import, start_import, stop_import, upload_log
from cases.logs.keeping import claim
from cases.logs.models import LogImport
from cases.logs.plan import plan_from_json
from cases.logs.running import perform, work_on
from tenants.actions.members import change_member_role, deactivate_member
from tenants.actions.tokens import create_token, revoke_token
from tenants.actor import Actor
from tenants.entering import enter_by_token
from tenants.scope import reading
from tests.acting import acts
from tests.logs.importing import text_log
from tests.logs.reading import a_file

LINES = [f"C{n // 4},step {n % 4},2020-01-01T00:{n % 60:02}:00+00:00," for n in range(1_200)]
TEXT = text_log(*LINES)


def uploaded(by: Actor, **options) -> LogImport:
    return upload_log(by=by, file_name="log.csv", content=[TEXT.encode()], template_name="Orders", **options)


def again(cast, log: LogImport) -> LogImport:
    with cast.scope, reading():
        return LogImport.objects.get(id=log.id)


def test_the_timeline_says_who_brought_which_file_in_and_how_it_was_meant(committed_cast):
    cast, by = committed_cast, committed_cast.owner.actor
    with acts(cast.organization, says=["organization.log_uploaded"]) as acted:
        log = uploaded(by)
    fact = acted.event.fact
    assert (fact["file"], fact["size"], fact["template"]) == ("log.csv", len(TEXT), "Orders")
    assert fact["sha256"] == sha256(TEXT.encode()).hexdigest()
    assert acted.event.actor_id == cast.owner.id
    assert work_on(cast.organization.id, log.id)
    plan = plan_from_json(again(cast, log).plan)
    with acts(cast.organization, says=["organization.log_planned"]) as acted:
        plan_import(by=by, import_id=log.id, plan=plan, template_name="Claims")
    assert acted.event.fact["columns"]["activity"] == "activity"
    assert work_on(cast.organization.id, log.id)
    with acts(cast.organization, says=["organization.log_import_started"]) as acted:
        start_import(by=by, import_id=log.id)
    assert (acted.event.fact["rows"], acted.event.fact["done"]) == (1_200, 0)
    with acts(cast.organization, says=["organization.log_import_stopped"]) as acted:
        stop_import(by=by, import_id=log.id)
    assert (acted.event.fact["template"], acted.event.fact["why"]) == ("Claims", "")
    with acts(cast.organization, says=["organization.log_discarded"]):
        discard_import(by=by, import_id=log.id)


def test_bringing_the_sample_in_at_once_says_both_and_how_it_ended(committed_cast):
    by = committed_cast.owner.actor
    with acts(
        committed_cast.organization, says=["organization.log_uploaded", "organization.log_import_started"]
    ):
        log = uploaded(by, at_once=True)
    assert work_on(by.organization_id, log.id)
    assert again(committed_cast, log).state == "done"


def stopped_after_one_batch(cast, log, path, deprive) -> LogImport:
    """Have the import run, and the one who asked deprived of something once a batch is in."""
    held = claim(cast.organization.id, log.id)
    done = []

    def progress(_):
        if not done:
            deprive()
        done.append(1)

    perform(held, path, progress)
    assert done == [1], "no second batch came in"
    return again(cast, log)


def test_an_import_stops_when_the_one_who_asked_is_deactivated_and_another_takes_it_over(
    committed_cast, tmp_path
):
    cast = committed_cast
    helper = cast.join("Hilda Helper", "owner")
    log = uploaded(helper.actor, at_once=True)
    path = a_file(tmp_path, TEXT)
    left = stopped_after_one_batch(
        cast, log, path, lambda: deactivate_member(by=cast.owner.actor, member_id=helper.id)
    )
    assert (left.state, left.events_made, left.claimed_by) == ("stopped", 400, None)
    assert "Hilda Helper asked for this import and may not import event logs any more" in left.error
    with acts(cast.organization, says=["organization.log_import_started"]):
        start_import(by=cast.owner.actor, import_id=log.id)
    assert work_on(cast.organization.id, log.id)
    done = again(cast, log)
    assert (done.state, done.cases_made, done.events_made, done.error) == ("done", 300, 1_200, "")


def test_an_import_stops_when_the_one_who_asked_gets_a_role_that_may_not(committed_cast, tmp_path):
    cast = committed_cast
    helper = cast.join("Hilda Helper", "owner")
    log = uploaded(helper.actor, at_once=True)
    left = stopped_after_one_batch(
        cast,
        log,
        a_file(tmp_path, TEXT),
        lambda: change_member_role(
            by=cast.owner.actor, member_id=helper.id, role_id=cast.role("case_worker").id
        ),
    )
    assert (left.state, left.events_made) == ("stopped", 400)


def test_an_import_a_token_asked_for_stops_when_the_token_is_revoked(committed_cast, tmp_path):
    cast, owner = committed_cast, committed_cast.owner.actor
    made = create_token(by=owner, name="Nightly", expires_at=now() + timedelta(days=1))
    log = uploaded(enter_by_token(made.secret).actor(), at_once=True)
    left = stopped_after_one_batch(
        cast, log, a_file(tmp_path, TEXT), lambda: revoke_token(by=owner, token_id=made.token.id)
    )
    assert (left.state, "Nightly (API) asked" in left.error) == ("stopped", True)


def test_an_import_that_was_asked_for_by_somebody_deactivated_since_does_not_even_begin(committed_cast):
    cast = committed_cast
    helper = cast.join("Hilda Helper", "owner")
    log = uploaded(helper.actor, at_once=True)
    deactivate_member(by=cast.owner.actor, member_id=helper.id)
    with acts(cast.organization, says=["organization.log_import_stopped"]) as acted:
        assert work_on(cast.organization.id, log.id)
    assert (again(cast, log).state, acted.event.actor_kind) == ("stopped", "system")
    assert "may not import" in acted.event.fact["why"]


def test_an_upload_ends_in_nothing_when_the_permission_is_taken_meanwhile(committed_cast):
    cast = committed_cast
    helper = cast.join("Hilda Helper", "owner")

    def slowly():
        yield TEXT.encode()
        deactivate_member(by=cast.owner.actor, member_id=helper.id)

    with pytest.raises(Forbidden):
        upload_log(by=helper.actor, file_name="log.csv", content=slowly())
    with cast.scope, reading():
        assert not LogImport.objects.exists()
