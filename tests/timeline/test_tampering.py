"""What a superuser changes behind the notary's back is found, and the first event it touches is named."""

from contextlib import contextmanager
from io import StringIO
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from bench.world import make_world
from cases.actions.commenting import comment_on_case
from cases.actions.opening import open_case
from tenants.actor import system_actor
from tenants.scope import scoped_to
from tests.timeline.trial import Thing, at_once, say
from timeline.bodies import commitment_of
from timeline.chain import Verdict, verify
from timeline.record import record

TABLES = ("timeline_event", "timeline_eventbody", "timeline_stream")


@pytest.fixture
def tamper(superuser):
    """Run statements as a superuser with every trigger off. At the end the organization's timeline is taken away."""
    touched: set[UUID] = set()

    def run(*statements: str, s: UUID, **values: object) -> None:
        touched.update(
            row[0]
            for row in superuser.execute("SELECT organization_id FROM timeline_stream WHERE id = %s", [s])
        )
        with unwatched(superuser):
            for statement in statements:
                assert superuser.execute(statement, {"s": s, **values}).rowcount > 0, (
                    f"no row was touched: {statement}"
                )

    yield run
    with unwatched(superuser):
        for table in TABLES:
            superuser.execute(f"DELETE FROM {table} WHERE organization_id = ANY(%s)", [list(touched)])


@contextmanager
def unwatched(superuser):
    """A transaction in which no trigger of the timeline runs."""
    with superuser.transaction():
        for table in TABLES:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield
        for table in TABLES:
            superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        for trigger in ("no_change", "no_truncate"):
            superuser.execute(f"ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER {trigger}")
            superuser.execute(f"ALTER TABLE timeline_eventbody ENABLE ALWAYS TRIGGER {trigger}")
        superuser.execute("ALTER TABLE timeline_event ENABLE ALWAYS TRIGGER append")


@pytest.fixture
def stream(kept, noted) -> UUID:
    """A stream of six events, beside another that nobody touches."""
    stream, other = uuid4(), uuid4()
    for number in range(6):
        say(kept.id, stream, noted(text=f"number {number}"))
        say(kept.id, other, noted(text="untouched"))
    return stream


def judged(kept, stream_id=None) -> Verdict:
    with scoped_to(kept.id):
        return verify(stream_id)


def first_broken(kept, stream: UUID) -> tuple[int, str]:
    """The first broken event, found over all streams and in the stream alone; no other stream is accused."""
    (broken,) = judged(kept).broken
    assert broken.stream_id == stream
    assert judged(kept, stream).broken == (broken,)
    return broken.seq, broken.what


THREE = "WHERE stream_id = %(s)s AND seq = 3"
BODY_THREE = "WHERE id = (SELECT id FROM timeline_event WHERE stream_id = %(s)s AND seq = 3)"

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
    from timeline.models import Event

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


REMOVALS = {
    "the first": (["DELETE FROM timeline_event WHERE stream_id = %(s)s AND seq = 1"], 1),
    "one in the middle": ([f"DELETE FROM timeline_event {THREE}"], 3),
    "one in the middle, the rest renumbered": (
        [f"DELETE FROM timeline_event {THREE}",
         *(f"UPDATE timeline_event SET seq = {n - 1} WHERE stream_id = %(s)s AND seq = {n}" for n in (4, 5, 6)),
         "UPDATE timeline_stream SET seq = 5 WHERE id = %(s)s"], 3),
    "the last": (["DELETE FROM timeline_event WHERE stream_id = %(s)s AND seq = 6"], 6),
    "the last two, the head's number put back": (
        ["DELETE FROM timeline_event WHERE stream_id = %(s)s AND seq > 4",
         "UPDATE timeline_stream SET seq = 4 WHERE id = %(s)s"], 4),
    "all, but not the head": (["DELETE FROM timeline_event WHERE stream_id = %(s)s"], 1),
    "the head": (["DELETE FROM timeline_stream WHERE id = %(s)s"], 1),
}  # fmt: skip


@pytest.mark.parametrize("removal", REMOVALS)
def test_a_deletion_is_found(removal, kept, stream, tamper):
    statements, expected = REMOVALS[removal]
    tamper(*statements, s=stream)
    assert first_broken(kept, stream)[0] == expected


COPY = (
    "INSERT INTO timeline_event (id, organization_id, stream_kind, stream_id, seq, type, actor_kind, "
    "occurred_at, recorded_at, depth, is_imported, "
    "commitment, prev_hash, hash, position, feed_tx) SELECT %(new)s, organization_id, stream_kind, "
    "stream_id, {seq}, 'case.test_noted', actor_kind, "
    "now(), now(), 0, false, commitment, {prev}, sha256('new'), 0, 0 FROM timeline_event " + THREE
)
BODY = (
    "INSERT INTO timeline_eventbody (id, organization_id, salt, body, personal) "
    "SELECT %(new)s, organization_id, salt, body, personal FROM timeline_eventbody " + BODY_THREE
)
MAKE_ROOM = [
    f"UPDATE timeline_event SET seq = {n + 1} WHERE stream_id = %(s)s AND seq = {n}" for n in (6, 5, 4)
]
INSERTIONS = {
    "between": (
        [*MAKE_ROOM, COPY.format(seq=4, prev="hash"), BODY, "UPDATE timeline_stream SET seq = 7 WHERE id = %(s)s"], 4),
    "at the end": ([COPY.format(seq=7, prev="prev_hash"), BODY], 7),
    "at the end, the head put forward": (
        [COPY.format(seq=7, prev="(SELECT hash FROM timeline_stream WHERE id = %(s)s)"), BODY,
         "UPDATE timeline_stream SET seq = 7, hash = sha256('new') WHERE id = %(s)s"], 7),
    "before all numbers": (
        [COPY.format(seq="-9223372036854775808", prev="decode(repeat('00', 32), 'hex')"), BODY], 1),
    "before the first": ([COPY.format(seq=0, prev="decode(repeat('00', 32), 'hex')"), BODY], 1),
}  # fmt: skip


@pytest.mark.parametrize("insertion", INSERTIONS)
def test_an_insertion_is_found(insertion, kept, stream, tamper):
    statements, expected = INSERTIONS[insertion]
    tamper(*statements, s=stream, new=uuid4())
    assert first_broken(kept, stream)[0] == expected


def test_a_swap_is_found(kept, stream, tamper):
    swap = [
        f"UPDATE timeline_event SET seq = {new} WHERE stream_id = %(s)s AND seq = {old}"
        for old, new in ((3, -1), (4, 3), (-1, 4))
    ]
    tamper(*swap, s=stream)
    assert first_broken(kept, stream)[0] == 3


def test_swapped_bodies_are_found(kept, stream, tamper):
    tamper(
        "UPDATE timeline_eventbody b SET salt = o.salt, body = o.body, personal = o.personal "
        "FROM timeline_eventbody o, timeline_event x, timeline_event y "
        "WHERE x.stream_id = %(s)s AND x.seq IN (3, 4) AND y.stream_id = %(s)s AND y.seq = 7 - x.seq "
        "AND b.id = x.id AND o.id = y.id",
        s=stream,
    )
    assert first_broken(kept, stream)[0] == 3


def test_an_event_moved_to_another_stream_is_found_in_both(kept, stream, tamper):
    tamper(
        "UPDATE timeline_event SET stream_id = %(new)s, seq = 1 WHERE stream_id = %(s)s AND seq = 6",
        s=stream,
        new=uuid4(),
    )
    assert {broken.seq for broken in judged(kept).broken} == {1, 6}


def test_the_last_event_of_a_case_is_missed_though_the_head_was_put_back(committed, tamper):
    world = make_world("torn")
    case = open_case(by=world.by, template=world.template, title="Torn")
    comment_on_case(by=world.by, case_id=case.id, text="to be torn out")
    assert of_world(world, None) == ()
    tamper(
        "UPDATE timeline_stream s SET seq = 1, hash = e.hash FROM timeline_event e "
        "WHERE s.id = %(s)s AND e.stream_id = %(s)s AND e.seq = 1",
        "DELETE FROM timeline_event WHERE stream_id = %(s)s AND seq = 2",
        s=case.id,
    )
    (broken,) = of_world(world, case.id)
    assert (broken.stream_id, broken.seq) == (case.id, 2)


def test_a_case_without_any_timeline_is_found(committed, tamper):
    world = make_world("gone")
    case = open_case(by=world.by, template=world.template, title="Gone")
    tamper(
        "DELETE FROM timeline_event WHERE stream_id = %(s)s",
        "DELETE FROM timeline_stream WHERE id = %(s)s",
        s=case.id,
    )
    (broken,) = of_world(world, None)
    assert (broken.stream_id, broken.seq) == (case.id, 1)


def of_world(world, stream_id):
    with scoped_to(world.organization_id):
        return verify(stream_id).broken


ERASURES = {
    "a body": f"UPDATE timeline_eventbody SET salt = NULL, body = NULL, personal = NULL {BODY_THREE}",
    "the personal values": f"UPDATE timeline_eventbody SET personal = '{{}}' {BODY_THREE}",
}


@pytest.mark.parametrize("erasure", ERASURES)
def test_what_is_erased_or_redacted_still_verifies(erasure, kept, stream, tamper):
    tamper(ERASURES[erasure], s=stream)
    assert judged(kept).broken == ()


def test_what_is_left_of_a_redacted_event_is_still_proven_value_by_value(committed, tamper):
    """The reason is redacted, the name stands: it can be shown to be the one that was recorded, and no other."""
    world = make_world("redacted")
    case = open_case(by=world.by, template=world.template, title="Redacted")
    comment_on_case(by=world.by, case_id=case.id, text="to be redacted")
    body = "WHERE id = (SELECT id FROM timeline_event WHERE stream_id = %(s)s AND seq = 2)"
    without = "(SELECT json_object_agg(key, value) FROM json_each(personal::json) WHERE value->>1 <> 'to be redacted')"
    tamper(f"UPDATE timeline_eventbody SET personal = {without}::text {body}", s=case.id)
    assert of_world(world, case.id) == ()
    tamper(f"UPDATE timeline_eventbody SET personal = replace(personal, '\",\"', '\",\"X') {body}", s=case.id)
    (broken,) = of_world(world, case.id)
    assert (broken.seq, broken.what) == (2, "a personal value in it was changed")


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


def test_a_forged_body_with_a_fitting_commitment_breaks_the_hash(kept, stream, tamper):
    body, salt = '{"by":"Mallory","fact":{"text":"x"}}', bytes(16)
    tamper(
        f"UPDATE timeline_eventbody SET salt = %(salt)s, body = %(body)s, personal = NULL {BODY_THREE}",
        f"UPDATE timeline_event SET commitment = %(commitment)s {THREE}",
        s=stream, salt=salt, body=body, commitment=commitment_of(salt, body),
    )  # fmt: skip
    assert first_broken(kept, stream)[0] == 3


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
    tamper(EDITS["the body"], s=stream)
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
