"""What the timeline promises when something is recorded."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from casefy.writing import written_as
from tenants.actor import system_actor
from tenants.models import Organization
from tenants.scope import scoped_to
from tests.settled import settled
from tests.timeline.trial import Thing
from timeline.chain import verify
from timeline.queries import feed, page
from timeline.record import Entry, Writing, record, record_many
from timeline.registry import event_types


def test_an_event_is_numbered_dated_and_chained_by_the_database(organization, noted):
    thing, by = Thing(uuid4()), system_actor(organization.id, "Ada")
    with scoped_to(organization.id), transaction.atomic():
        first = record(noted(text="one"), by=by, about=thing)
        second = record(noted(text="two"), by=by, about=thing, reason="because")
        events = page(thing.id)
        verdict = verify()
    assert (first.seq, second.seq) == (1, 2)
    assert [(e.seq, e.fact["text"], e.actor_label, e.reason) for e in events] == [
        (2, "two", "Ada", "because"),
        (1, "one", "Ada", ""),
    ]
    assert events[0].sentence == "noted two"
    assert (verdict.events, verdict.broken) == (2, ())


def test_many_are_recorded_in_order(organization, noted):
    thing, by = Thing(uuid4()), system_actor(organization.id)
    with scoped_to(organization.id), transaction.atomic():
        assert record_many(Entry(noted(text=str(n)), thing, by, is_imported=True) for n in range(20)) == 20
        assert [e.fact["text"] for e in reversed(page(thing.id))] == [str(n) for n in range(20)]
        assert verify().broken == ()


def test_what_is_written_with_a_fact_is_written_by_the_same_statement(organization, noted):
    thing, by = Thing(uuid4()), system_actor(organization.id)
    rename = Writing("UPDATE tenants_organization SET name = %s WHERE id = %s", ["Renamed", organization.id])
    with scoped_to(organization.id), transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            assert record(noted(text="renamed"), by=by, about=thing, writing=[rename]).seq == 1
        assert len(captured) == 1
        organization.refresh_from_db(fields=["name"])
        assert (organization.name, len(page(thing.id))) == ("Renamed", 1)


def test_a_fact_whose_row_is_not_there_is_an_error(organization, noted):
    thing, by = Thing(uuid4()), system_actor(organization.id)
    nothing = Writing("UPDATE tenants_organization SET name = %s WHERE id = %s", ["Renamed", uuid4()])
    with scoped_to(organization.id):
        with pytest.raises(RuntimeError, match="was not there"), transaction.atomic():
            record(noted(text="renamed"), by=by, about=thing, writing=[nothing])
        with transaction.atomic():
            assert page(thing.id) == []


def test_nothing_is_recorded_outside_a_transaction(noted, committed):
    with pytest.raises(RuntimeError, match="or not at all"):
        record(noted(text="x"), by=system_actor(uuid4()), about=Thing(uuid4()))


ATTEMPTS = {
    "update": "UPDATE timeline_event SET type = 'x'",
    "delete": "DELETE FROM timeline_event",
    "truncate": "TRUNCATE timeline_event",
    "edit a body": "UPDATE timeline_eventbody SET body = '{}'",
    "delete a body": "DELETE FROM timeline_eventbody",
    "add a body": "INSERT INTO timeline_eventbody (id, organization_id) "
    "SELECT gen_random_uuid(), organization_id FROM timeline_event",
    "move the head": "UPDATE timeline_stream SET seq = 0",
    "make a head": "INSERT INTO timeline_stream (id, organization_id, kind, seq, hash, feed_tx) "
    "SELECT gen_random_uuid(), organization_id, 'case', 9, sha256('x'), 0 FROM timeline_event",
    "change an event that is there": "INSERT INTO timeline_event "
    "(id, organization_id, stream_kind, stream_id, type, actor_kind, salt, body) "
    "SELECT id, organization_id, stream_kind, stream_id, type, actor_kind, decode(repeat('00',16),'hex'), '{}' "
    "FROM timeline_event ON CONFLICT (id) DO UPDATE SET type = 'x'",
    "move the feed": "UPDATE notary.epoch SET ahead = 0",
    "open an epoch": "SELECT notary.open_epoch()",
    "delete the head": "DELETE FROM timeline_stream",
    "disable the trigger": "ALTER TABLE timeline_event DISABLE TRIGGER append",
    "replication role": "SET LOCAL session_replication_role = replica",
    "become the notary": "SET LOCAL ROLE casefy_notary",
    "switch security off": "ALTER TABLE timeline_event DISABLE ROW LEVEL SECURITY",
    "call the trigger": "SELECT notary.append()",
    "another's feed": "SELECT nextval('notary.feed')",
    "link by hand": "SELECT notary.link('x', 'x', 'x')",
} | {
    f"forge {column}": "INSERT INTO timeline_event "
    f"(id, organization_id, stream_kind, stream_id, type, actor_kind, salt, body, {column}) "
    "SELECT gen_random_uuid(), organization_id, 'case', stream_id, 'case.test_noted', 'system', "
    f"decode(repeat('00',16),'hex'), '{{}}', {value} FROM timeline_event LIMIT 1"
    for column, value in {
        "seq": "1", "recorded_at": "now()", "hash": "'x'", "prev_hash": "'x'", "commitment": "'x'",
        "position": "1", "feed_tx": "1",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_app_cannot_tamper(attempt, organization, noted):
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="true"), by=system_actor(organization.id), about=Thing(uuid4()))
        with pytest.raises((ProgrammingError, InternalError)) as refused, transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(ATTEMPTS[attempt])
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
        assert verify().broken == ()


AGAIN = (
    "INSERT INTO timeline_event (id, organization_id, stream_kind, stream_id, type, actor_kind, depth, is_imported, "
    "salt, body) SELECT {id}, {organization}, stream_kind, {stream}, type, actor_kind, 0, false, "
    "decode(repeat('00',16),'hex'), '{{}}' FROM timeline_event LIMIT 1 ON CONFLICT DO NOTHING"
)


def test_an_event_that_conflicts_leaves_no_mark_on_its_head(organization, noted):
    """Skipped by ON CONFLICT, it would have moved the head already: the body's key refuses it altogether."""
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="true"), by=system_actor(organization.id), about=Thing(uuid4()))
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(AGAIN.format(id="id", organization="organization_id", stream="stream_id"))
        assert verify().broken == ()


def test_nobody_appends_to_a_stream_of_another_organization(organization, noted):
    mine, other, stream = organization, Organization(name="Other", slug=f"other-{uuid4().hex[:8]}"), uuid4()
    with scoped_to(other.id), transaction.atomic():
        other.save(force_insert=True)
        record(noted(text="theirs"), by=system_actor(other.id), about=Thing(stream))
    with scoped_to(mine.id), transaction.atomic():
        record(noted(text="mine"), by=system_actor(mine.id), about=Thing(uuid4()))
        for owner in (mine.id, other.id):
            attempt = AGAIN.format(id="gen_random_uuid()", organization=f"'{owner}'", stream=f"'{stream}'")
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attempt)
        assert verify().broken == ()
    with scoped_to(other.id), transaction.atomic():
        assert (verify().events, verify().broken) == (1, ())


def test_an_organization_counts_its_events_and_nothing_else_passes_for_them(organization, noted):
    by, own = system_actor(organization.id), Thing(organization.id, kind="organization")
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="x"), by=by, about=own)
        record_many(Entry(noted(text=str(n)), own, by) for n in range(3))
        record(noted(text="a case's"), by=by, about=Thing(uuid4()))
        organization.refresh_from_db(fields=["version"])
        assert organization.version == 4
        with pytest.raises(ProgrammingError, match="about the organization in scope"), transaction.atomic():
            record(noted(text="x"), by=by, about=Thing(uuid4(), kind="organization"))
        assert verify().broken == ()


def test_the_feed_shows_what_no_open_transaction_can_still_precede(committed, noted):
    organization = Organization(name="Feed", slug=f"feed-{uuid4().hex[:8]}")
    with scoped_to(organization.id):
        with transaction.atomic():
            organization.save(force_insert=True)
            record(noted(text="x"), by=system_actor(organization.id), about=Thing(uuid4()))
            assert feed() == []
        settled()
        with transaction.atomic():
            assert [event.fact["text"] for event in feed()] == ["x"]


def test_an_event_whose_words_were_erased_is_still_told(noted):
    assert noted.tell({}) == "noted [erased]"
    assert event_types["case.moved"].tell({}) == "did what was erased since"


@pytest.mark.parametrize("instant", ["infinity", "-infinity", "10000-01-01", "0044-03-15 BC"])
def test_an_event_occurs_on_a_day_of_the_calendar_whatever_postgres_would_take(instant, organization, noted):
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="true"), by=system_actor(organization.id), about=Thing(uuid4()))
        with pytest.raises(IntegrityError, match="event_has_its_day"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO timeline_event (id, organization_id, stream_kind, stream_id, type, actor_kind, depth, "
                    "is_imported, occurred_at, salt, body) SELECT gen_random_uuid(), organization_id, stream_kind, "
                    "stream_id, type, actor_kind, 0, false, %s, decode(repeat('00',16),'hex'), '{}' "
                    "FROM timeline_event LIMIT 1",
                    [instant],
                )
        assert verify().broken == ()


def test_a_sentence_writes_counts_as_the_organization_writes_numbers():
    kind = event_types["organization.log_imported"]
    body = {"file": "log.csv", "template": "Incidents", "cases": 2000, "events": 8084}
    with written_as("de"):
        assert kind.tell(body) == "imported log.csv into Incidents: 2.000 cases, 8.084 events"
