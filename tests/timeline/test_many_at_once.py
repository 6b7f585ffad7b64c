"""Many events in one statement keep every promise that one event keeps."""

import json
import threading
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tenants.actor import system_actor
from tenants.models import Organization
from tenants.scope import scoped_to
from tests.timeline.trial import Thing
from timeline.chain import verify
from timeline.queries import page
from timeline.record import APPEND_MANY, Entry, record, record_many


def append(stream_id: UUID, kind: str = "case", /, **said) -> None:
    """Ask for one event as the app could, with whatever it cares to say."""
    event = {
        "id": str(uuid4()), "organization_id": said.pop("organization"), "stream": 1, "stream_kind": "case",
        "type": "case.test_noted", "actor_kind": "system", "depth": 0, "is_imported": True,
        "salt": "\\x" + "00" * 16, "body": '{"by": "", "fact": {"text": ""}}', "personal": "{}", **said,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(APPEND_MANY, [[stream_id], [kind], "{}", json.dumps([event])])


def noted_texts(thing: Thing) -> list[str]:
    return [event.fact["text"] for event in reversed(page(thing.stream[1]))]


def test_events_of_several_streams_keep_their_order_whether_a_stream_is_new_or_not(organization, noted):
    by = system_actor(organization.id)
    old, new = Thing(uuid4()), Thing(uuid4())
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="before"), by=by, about=old)
        record_many(Entry(noted(text=str(n)), (old, new)[n % 2], by) for n in range(9))
        record(noted(text="after"), by=by, about=new)
        assert noted_texts(old) == ["before", "0", "2", "4", "6", "8"]
        assert noted_texts(new) == ["1", "3", "5", "7", "after"]
        assert [event.seq for event in page(new.stream[1])] == [5, 4, 3, 2, 1]
        assert (verify().events, verify().broken) == (11, ())


def test_what_the_notary_sets_cannot_be_said(organization):
    stream = uuid4()
    with scoped_to(organization.id), transaction.atomic():
        forged = {"seq": 9, "hash": "\\x00", "prev_hash": "\\x00", "recorded_at": "2001-01-01", "position": 1}
        append(stream, organization=str(organization.id), **forged)
        (event,) = page(stream)
        assert (event.seq, event.recorded_at.year > 2001) == (1, True)
        assert verify().broken == ()


@pytest.mark.parametrize(
    "said",
    [
        {"body": None},
        {"salt": None},
        {"salt": "\\x00"},
        {"stream": 2},
        {"stream": None},
        {"stream_kind": "template"},
        {"organization": str(uuid4())},
        {"type": None},
    ],
    ids=", ".join,
)
def test_an_event_that_lacks_what_every_event_has_is_refused(said, organization, noted):
    thing = Thing(uuid4())
    with scoped_to(organization.id), transaction.atomic():
        record(noted(text="true"), by=system_actor(organization.id), about=thing)
        with pytest.raises(DatabaseError), transaction.atomic():
            append(thing.stream[1], **{"organization": str(organization.id), **said})
        assert (verify().events, verify().broken) == (1, ())


def test_events_of_an_organization_are_appended_one_by_one_where_it_counts_them(organization, noted):
    by = system_actor(organization.id)
    with scoped_to(organization.id), transaction.atomic():
        assert record_many(Entry(noted(text=str(n)), organization, by) for n in range(3)) == 3
        for kind in ("organization", "case"):
            with pytest.raises(DatabaseError), transaction.atomic():
                append(organization.id, kind, organization=str(organization.id), stream_kind="organization")
        assert (verify().events, verify().broken) == (3, ())


def test_nobody_appends_many_to_a_stream_of_another_organization(organization, noted):
    other, theirs = Organization(name="Other", slug=f"other-{uuid4().hex[:8]}"), Thing(uuid4())
    with scoped_to(other.id), transaction.atomic():
        other.save(force_insert=True)
        record(noted(text="theirs"), by=system_actor(other.id), about=theirs)
    with scoped_to(organization.id), transaction.atomic():
        for owner in (organization.id, other.id):
            with pytest.raises(DatabaseError), transaction.atomic():
                append(theirs.stream[1], organization=str(owner))
    with scoped_to(other.id), transaction.atomic():
        assert (verify().events, verify().broken) == (1, ())


def test_two_that_append_to_the_same_streams_the_other_way_round_wait_for_each_other(committed, noted):
    organization = Organization(name="Many", slug=f"many-{uuid4().hex[:8]}")
    with scoped_to(organization.id), transaction.atomic():
        organization.save(force_insert=True)
    things, failures = [Thing(uuid4()) for _ in range(5)], []

    def work(order: list[Thing]) -> None:
        try:
            for _ in range(20):
                with scoped_to(organization.id), transaction.atomic():
                    record_many(
                        Entry(noted(text="x"), thing, system_actor(organization.id)) for thing in order
                    )
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(order,)) for order in (things, things[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with scoped_to(organization.id), transaction.atomic():
        assert (verify().events, verify().broken) == (200, ())
