"""Every question of a timeline and of the feed goes along its index, under row-level security."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from bench.world import World
from cases.models import Case
from tests.cases.planning import PAGE, search_for
from tests.settled import settled
from timeline import queries as timeline
from timeline.models import Event
from timeline.searching import FAR, Sought, found

pytestmark = [pytest.mark.xdist_group("plans"), pytest.mark.slow]


def test_a_page_of_a_timeline_and_a_deep_one_touch_their_events_alone(world, asked):
    stream: UUID = (
        Event.objects.filter(stream_kind="case").order_by("-position").values_list("stream_id", flat=True)[0]
    )
    for before in (None, 3):
        plan = asked(lambda before=before: timeline.page(stream, before=before, limit=2))
        assert "event_seq" in plan.indexes, plan
        assert not plan.kinds & {"Sort", "Seq Scan", "Bitmap Heap Scan"}, plan
        assert plan.touched <= 4, plan


def test_the_feed_goes_along_its_index_from_any_cursor(world, asked):
    settled()
    events = timeline.feed(limit=300)
    for after in ((0, 0), (events[-1].feed_tx, events[-1].position)):
        plan = asked(lambda after=after: timeline.feed(after=after, limit=PAGE))
        assert "event_feed" in plan.indexes, plan
        assert not plan.kinds & {"Sort", "Seq Scan"}, plan
        assert plan.touched <= 2 * PAGE + 5, plan


def test_the_end_of_the_feed_is_one_row(world, asked):
    settled()
    plan = asked(timeline.end_of_feed)
    assert plan.indexes == {"event_feed"}, plan
    assert plan.touched == 1, plan


SOUGHT = {
    # what is looked for: (how, the index it goes along or either, events touched at most for a page of fifty)
    "everything": (lambda _: {}, "event_recent", 60),
    "comments": (lambda _: {"types": ("case.commented",)}, "event_by_type", 60),
    "moves": (lambda _: {"types": ("case.moved", "case.opened", "case.closed")}, "event_by_type", 200),
    "set-up": (lambda _: {"is_setup": True}, "event_of_setup", 60),
    "a member": (lambda w: {"person": w.by.member_id}, "event_by_actor event_recent", 120),
    "a member who did nothing": (lambda w: {"person": w.organization_id}, "event_by_actor", 2),
    "a member for whom nothing was done": (lambda w: {"person": w.organization_id}, "event_for_member", 2),
    "rules, of which there are none": (lambda _: {"actor_kind": "rule"}, "event_by_kind", 2),
    "a case": (lambda _: {"case": long_case()}, "event_seq", 60),
    "days before there was anything": (lambda _: {"until": datetime(2020, 1, 1, tzinfo=UTC)}, "event_recent", 2),
    "a kind that never happened": (lambda _: {"types": ("case.held",)}, "event_by_type", 2),
    "a template": (lambda w: {"template": template_of(w).id, "versions": [template_of(w).version_id]},
        "event_by_version event_recent", 120),
    "what a member never did": (
        lambda w: {"person": w.by.member_id, "types": ("case.held",)}, "event_by_actor event_recent", FAR + 2),
    "a template without events": (lambda w: {"template": w.organization_id}, "event_of_setup event_seq", 60),
}  # fmt: skip


def test_every_index_of_events_serves_a_question_that_is_asked_here():
    """Each costs every act a few microseconds."""
    asked_along = {name for _, indexes, _ in SOUGHT.values() for name in indexes.split()}
    assert {index.name for index in Event._meta.indexes} - asked_along == {"event_feed"}  # see above


def template_of(world: World):
    return search_for(world, {"template": "TEMPLATE"}).template


def long_case() -> UUID:
    return Case.objects.order_by("-version").values_list("id", flat=True)[0]


@pytest.mark.parametrize("name", SOUGHT)
def test_the_organizations_timeline_goes_along_its_index_and_not_too_far(name, world, asked):
    given, indexes, most = SOUGHT[name]
    sought = Sought(**given(world))
    plan = asked(lambda: found(sought, limit=PAGE), at=0)
    events = [n for n in plan.nodes if n.get("Relation Name") == "timeline_event"]
    assert plan.indexes & set(indexes.split()), plan
    assert "Seq Scan" not in plan.kinds, plan
    read = sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in events)
    assert read <= most, plan


@pytest.mark.parametrize("name", ["everything", "a member", "comments"])
def test_a_deep_page_of_the_organizations_timeline_costs_what_the_first_one_does(name, world, asked):
    given, indexes, most = SOUGHT[name]
    sought = Sought(**given(world))
    first = found(sought, limit=2000)
    plan = asked(lambda: found(sought, before=first.older, limit=PAGE))
    assert plan.indexes & set(indexes.split()), plan
    assert plan.touched <= most + 2 * PAGE + 5, plan
    assert not {event.id for event in first.events} & {event.id for event in plan.answer.events}


def test_a_fields_history_in_a_long_timeline_touches_its_own_events_alone(world, asked):
    case = long_case()
    for before in (None, 5000):
        plan = asked(lambda before=before: timeline.page(case, field="supplier", before=before, limit=PAGE))
        assert "timeline_fieldmention_pkey" in plan.indexes, plan
        assert "Seq Scan" not in plan.kinds, plan
        assert plan.touched <= 20, plan
