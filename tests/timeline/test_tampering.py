"""What a superuser changes in an event behind the notary's back is found, and the event is named."""

import psycopg
import pytest

from tests.timeline.tampering import BODY_THREE, THREE, first_broken
from timeline.bodies import commitment_of
from timeline.models import Event

COLUMNS = {
    "id": "gen_random_uuid()", "type": "'case.other'", "stream_kind": "'other'", "actor_kind": "'member'",
    "actor_id": "gen_random_uuid()",
    "on_behalf_of": "gen_random_uuid()", "template_version_id": "gen_random_uuid()", "caused_by": "gen_random_uuid()",
    "correlation_id": "NULL", "depth": "depth + 1", "is_imported": "NOT is_imported",
    "occurred_at": "occurred_at - interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "commitment": "sha256('x')", "prev_hash": "sha256('x')", "hash": "sha256('x')",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edited_column_is_found(column, kept, stream, tamper):
    tamper(f"UPDATE timeline_event SET {column} = {COLUMNS[column]} {THREE}", s=stream)
    seq, what = first_broken(kept, stream)
    assert seq == 3, what


def test_every_column_that_says_something_is_covered():
    place = {"organization", "stream_id", "seq"}  # moving an event: below
    handed_over = {"salt", "body", "personal"}  # always empty here
    order_of_the_feed = {"position", "feed_tx"}  # where the feed shows it, not what it says
    assert {field.name for field in Event._meta.fields} == set(
        COLUMNS
    ) | place | handed_over | order_of_the_feed


EDITS = {
    "the body": f"UPDATE timeline_eventbody SET body = replace(body, 'fact', 'tact') {BODY_THREE}",
    "the body, its salt taken away": f"UPDATE timeline_eventbody SET salt = NULL, body = '{{}}' {BODY_THREE}",
    "the salt": f"UPDATE timeline_eventbody SET salt = decode(repeat('07', 16), 'hex') {BODY_THREE}",
    "a personal value": "UPDATE timeline_eventbody SET personal = "
    f"replace(personal, 'number 2', 'number 9') {BODY_THREE}",
    "all personal values exchanged": f'UPDATE timeline_eventbody SET personal = \'{{"00": ["00", "x"]}}\' {BODY_THREE}',
    "personal values of no shape": f"UPDATE timeline_eventbody SET personal = '[1' {BODY_THREE}",
    "erased, but not its salt": f"UPDATE timeline_eventbody SET body = NULL, personal = NULL {BODY_THREE}",
    "erased, but not what is personal": f"UPDATE timeline_eventbody SET body = NULL, salt = NULL {BODY_THREE}",
    "the body torn out": f"DELETE FROM timeline_eventbody {BODY_THREE}",
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_body_is_found(edit, kept, stream, tamper):
    tamper(EDITS[edit], s=stream)
    assert first_broken(kept, stream)[0] == 3


def test_a_forged_body_with_a_fitting_commitment_breaks_the_hash(kept, stream, tamper):
    body, salt = '{"by":"Mallory","fact":{"text":"x"}}', bytes(16)
    tamper(
        f"UPDATE timeline_eventbody SET salt = %(salt)s, body = %(body)s, personal = NULL {BODY_THREE}",
        f"UPDATE timeline_event SET commitment = %(commitment)s {THREE}",
        s=stream, salt=salt, body=body, commitment=commitment_of(salt, body),
    )  # fmt: skip
    assert first_broken(kept, stream)[0] == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE timeline_event SET type = 'x'", "DELETE FROM timeline_event", "TRUNCATE timeline_event",
        "UPDATE timeline_eventbody SET body = '{}'", "DELETE FROM timeline_eventbody", "TRUNCATE timeline_eventbody",
    ],
)  # fmt: skip
def test_a_superuser_who_only_switches_replication_on_is_refused(statement, kept, stream, superuser):
    with superuser.transaction(force_rollback=True):
        superuser.execute("SET LOCAL session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            superuser.execute(statement)
