"""Events that a superuser takes away, adds or exchanges are found, and the first place that is wrong is named."""

from uuid import uuid4

import pytest

from bench.world import make_world
from cases.actions.commenting import comment_on_case
from cases.actions.opening import open_case
from templates_app.models import Template
from tenants.scope import reading, scoped_to
from tests.timeline.tampering import BODY_THREE, THREE, first_broken, judged, of_world
from timeline.models import Stream
from timeline.registry import STREAM_KINDS, witnesses

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


def _case(world):
    case = open_case(by=world.by, template=world.template, title="Torn")
    comment_on_case(by=world.by, case_id=case.id, text="to be torn out")
    return case.id


def _template(world):
    with scoped_to(world.organization_id), reading():
        return Template.objects.values_list("id", flat=True).get()


ABOUT = {"case": _case, "template": _template, "organization": lambda world: world.organization_id}


@pytest.mark.parametrize("kind", STREAM_KINDS)
def test_the_last_event_of_a_stream_is_missed_though_the_head_was_put_back(kind, committed, tamper):
    world = make_world("torn")
    stream = ABOUT[kind](world)
    assert of_world(world, None) == ()
    with scoped_to(world.organization_id), reading():
        last = Stream.objects.get(id=stream, kind=kind).seq
    assert last > 1
    tamper(
        f"UPDATE timeline_stream s SET seq = {last - 1}, hash = e.hash FROM timeline_event e "
        f"WHERE s.id = %(s)s AND e.stream_id = %(s)s AND e.seq = {last - 1}",
        f"DELETE FROM timeline_event WHERE stream_id = %(s)s AND seq = {last}",
        s=stream,
    )
    for asked in (None, stream):
        (broken,) = of_world(world, asked)
        assert (broken.stream_id, broken.seq, broken.what) == (stream, last, "it is missing")


def test_an_organization_without_any_timeline_is_found(committed, tamper):
    world = make_world("emptied")
    tamper(
        "DELETE FROM timeline_event WHERE stream_id = %(s)s",
        "DELETE FROM timeline_stream WHERE id = %(s)s",
        s=world.organization_id,
    )
    (broken,) = of_world(world, None)
    assert (broken.stream_id, broken.seq) == (world.organization_id, 1)


def test_every_kind_of_stream_has_a_witness():
    assert set(witnesses) == set(STREAM_KINDS)


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
