"""Every question of a list, a board, a timeline and the feed goes along its index, under row-level security.

Asserted on the plan as it was carried out, as the app role: its indexes, nothing sorted that an index holds in order,
and how many rows it touched. A page of fifty that touches thousands is quick today and slow in a large organization.
"""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bench.load import fill, lengthen
from bench.world import World, make_world
from cases.actions.changing import change_fields
from cases.board import CARDS, board_of
from cases.events import CaseFieldsChanged
from cases.finding import read_search
from cases.knowing import place
from cases.models import Case
from cases.queries import case_by_id, case_by_number, page_of_cases
from templates_app.catalogue import catalogue
from tenants.models import Organization
from tenants.scope import reading, scoped_to
from tests import services
from timeline import queries as timeline
from timeline.models import Event
from timeline.record import Entry, record_many
from timeline.searching import FAR, Sought, found

pytestmark = [pytest.mark.xdist_group("plans"), pytest.mark.slow]
SIZE, PAGE = 5000, 50


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """An organization of five thousand cases, beside two others; what Postgres knows of them is up to date."""
    with django_db_blocker.unblock():
        made = make_world("plans")
        fill(made, SIZE)
        for _ in range(2):
            fill(make_world("beside"), 500)
        lengthen_one(made)
        with services.superuser(connection.settings_dict["NAME"]) as superuser:
            superuser.execute("VACUUM ANALYZE")
        yield made
        connection.close()


def lengthen_one(made: World) -> None:
    """Make one case's timeline so many comments and changes long, with another field's change at either end."""
    with scoped_to(made.organization_id), reading():
        case = Case.objects.order_by("id").values_list("id", flat=True)[0]
    change_fields(by=made.by, case_id=case, values={"supplier": "First"})
    lengthen(made, case, LONG)
    count_up(made, case, LONG)
    change_fields(by=made.by, case_id=case, values={"supplier": "Last"})


def count_up(made: World, case: UUID, times: int) -> None:
    """Change another field so many times."""
    about = SimpleNamespace(stream=("case", case), template_version_id=None)
    change = {"name": "Quantity", "kind": "integer", "from": 1, "to": 2, "from_shown": "1", "to_shown": "2"}
    fact = CaseFieldsChanged(summary="Quantity", changes={"quantity": change}, personal_fields=[])
    with scoped_to(made.organization_id), transaction.atomic():
        record_many(Entry(fact, about, made.by) for _ in range(times))
        Case.objects.filter(id=case).update(version=F("version") + times)


@pytest.fixture
def asked(world, django_db_blocker):
    """`asked(question)`: how Postgres answers what the question asks, in the organization's scope."""
    with django_db_blocker.unblock(), scoped_to(world.organization_id), reading():
        yield Asked
    connection.close()


class Asked:
    """The plan of a question's last statement, or of the one `at` a place, as it was carried out."""

    def __init__(self, question, at: int = -1) -> None:
        with CaptureQueriesContext(connection) as captured:
            self.answer = question()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("casefy_app",)
            cursor.execute(
                "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "
                + captured.captured_queries[at]["sql"].replace("%", "%%")
            )
            plan = cursor.fetchone()[0]
        self.nodes = list(_nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))

    @property
    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes if "Index Name" in node and node["Actual Loops"]}

    @property
    def kinds(self) -> set[str]:
        return {node["Node Type"] for node in self.nodes if node["Actual Loops"]}

    @property
    def touched(self) -> int:
        """Rows that scans read, those thrown away among them."""
        scans = [
            node for node in self.nodes if node["Node Type"].endswith("Scan") and "Relation Name" in node
        ]
        return round(
            sum((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"] for n in scans)
        )

    def __repr__(self) -> str:
        return "\n".join(
            f"{n['Node Type']} {n.get('Index Name', n.get('Relation Name', ''))} "
            f"{n['Actual Rows']} x {n['Actual Loops']}"
            for n in self.nodes
        )


def _nodes(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def search_for(world: World, given: dict[str, str]):
    revision = Organization.objects.values_list("revision", flat=True).get(id=world.organization_id)
    known = catalogue(world.organization_id, revision)
    given = {key: world.template if value == "TEMPLATE" else value for key, value in given.items()}
    return read_search(given, known, place(world.by), world.by.member_id)


T = {"template": "TEMPLATE"}
LISTS = {
    # what is asked: (parameters, one of these indexes, rows touched at most for a page of fifty)
    "newest": ({}, {"case_tenant_key", "cases_case_pkey"}, 60),
    "of a template": (T, {"case_of_template", "case_tenant_key", "cases_case_pkey"}, 60),
    "running": ({"status": "running"}, {"case_running"}, 60),
    "closed": ({"status": "closed"}, {"case_ended"}, 60),
    "cancelled, of which there are none": ({"status": "cancelled"}, {"case_ended"}, 5),
    "in a stage": (T | {"status": "running", "stage": "review"}, {"case_board"}, 60),
    "of an owner": ({"status": "running", "owner": "me"}, {"case_owner", "case_running"}, 100),
    "in the order of change": ({"sort": "-changed"}, {"case_changed"}, 60),
    "in the order of numbers": ({"sort": "number"}, {"case_number"}, 60),
    "by a custom field": (T | {"field.region": "R3"}, {"value_text"}, 120),
    "by a custom field, oldest first": (T | {"field.region": "R3", "sort": "opened"}, {"value_text"}, 120),
    "by a number": (T | {"field.quantity": "7"}, {"value_number"}, 120),
    "by a value nobody has": (T | {"field.region": "nowhere"}, {"value_text"}, 5),
    "by what it is called elsewhere": (T | {"external_ref": "PO 4711"}, {"case_external_ref"}, 5),
    "sorted by a text": (T | {"sort": "field.supplier"}, {"value_text"}, 120),
    "sorted by a number": (T | {"sort": "-field.amount"}, {"value_number"}, 120),
    "sorted by a day": (T | {"sort": "field.due"}, {"value_instant"}, 120),
    "above a number": (T | {"field.quantity.gte": "498"}, {"value_number"}, 300),
    "above a number, in its order": (T | {"field.amount.gte": "90000", "sort": "-field.amount"}, {"value_number"}, 120),
    "above a number most are above": (T | {"field.quantity.gte": "5"}, {"value_number"}, 700),
    "the beginning of a text": (T | {"field.supplier.starts": "supplier 99"}, {"value_text"}, 400),
}  # fmt: skip
IN_ORDER = set(LISTS) - {
    "by what it is called elsewhere",
    "above a number",
    "above a number most are above",
    "the beginning of a text",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_goes_along_its_index(name, world, asked):
    given, indexes, most = LISTS[name]
    search = search_for(world, given)
    plan = asked(lambda: page_of_cases(search, world.by, limit=PAGE))
    assert plan.indexes & indexes, plan
    assert "Seq Scan" not in plan.kinds, plan
    assert plan.touched <= most, plan
    if name in IN_ORDER:
        assert not plan.kinds & {"Sort", "Bitmap Heap Scan"}, plan


@pytest.mark.parametrize(
    "name", ["newest", "in the order of change", "by a custom field", "sorted by a number", "in a stage"]
)
def test_the_tenth_page_costs_what_the_first_one_does(name, world, asked):
    given, _, most = LISTS[name]
    search, cursor, seen = search_for(world, given), "", []
    for _ in range(5):
        found = page_of_cases(search, world.by, cursor=cursor, limit=20)
        seen += [row.id for row in found.rows]
        cursor = found.next
    assert len(set(seen)) == len(seen) == 100
    plan = asked(lambda: page_of_cases(search, world.by, cursor=cursor, limit=PAGE))
    assert "Seq Scan" not in plan.kinds, plan
    assert plan.touched <= 2 * most, plan


def test_words_are_found_by_their_index(world, superuser):
    """The finder asks as a role of its own: looked at as that role."""
    with superuser.transaction():
        superuser.execute("SET LOCAL ROLE casefy_finder")
        superuser.execute("SELECT set_config('casefy.organization', %s, true)", [str(world.organization_id)])
        rows = superuser.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) SELECT c.id FROM public.cases_case c WHERE c.organization_id = "
            "current_setting('casefy.organization')::uuid AND c.document @@ to_tsquery('simple', '4711:*') "
            "ORDER BY c.id DESC LIMIT 1000"
        ).fetchone()[0]
    nodes = list(_nodes(rows[0]["Plan"]))
    assert "case_document" in {node.get("Index Name") for node in nodes}
    assert sum(node["Actual Rows"] for node in nodes if node["Node Type"] == "Bitmap Heap Scan") < 20


def test_the_list_of_what_is_found_reads_those_cases_alone(world, asked):
    plan = asked(lambda: page_of_cases(search_for(world, {"q": "order 4711"}), world.by))
    assert [row.title for row in plan.answer.rows] == ["Order 4711 of office supplies"]
    assert "Seq Scan" not in plan.kinds, plan
    assert plan.touched <= 5, plan


@pytest.mark.parametrize("way", ["id", "number"])
def test_one_case_is_one_row(way, world, asked):
    case = Case.objects.order_by("-id").first()
    plan = asked(
        lambda: case_by_id(case.id, world.by) if way == "id" else case_by_number(case.number, world.by)
    )
    assert plan.touched == 1, plan
    assert "Seq Scan" not in plan.kinds


def test_a_board_reads_its_first_cards_and_counts_a_bounded_number(world, asked):
    template = search_for(world, T).template
    plan = asked(lambda: board_of(template, world.by))
    assert all(len(column.rows) == CARDS for column in plan.answer)
    assert "case_board" in plan.indexes, plan
    assert "Seq Scan" not in plan.kinds, plan


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
    events = timeline.feed(limit=300)
    for after in ((0, 0), (events[-1].feed_tx, events[-1].position)):
        plan = asked(lambda after=after: timeline.feed(after=after, limit=PAGE))
        assert "event_feed" in plan.indexes, plan
        assert not plan.kinds & {"Sort", "Seq Scan"}, plan
        assert plan.touched <= 2 * PAGE + 5, plan


def test_the_end_of_the_feed_is_one_row(world, asked):
    plan = asked(timeline.end_of_feed)
    assert plan.indexes == {"event_feed"}, plan
    assert plan.touched == 1, plan


LONG = 10_000
SOUGHT = {
    # what is looked for: (how, the index it goes along or either, events touched at most for a page of fifty)
    "everything": (lambda _: {}, "event_recent", 60),
    "comments": (lambda _: {"types": ("case.commented",)}, "event_of_talk", 60),
    "moves": (lambda _: {"types": ("case.moved",)}, "event_recent", FAR),
    "set-up": (lambda _: {"is_setup": True}, "event_of_setup", 60),
    "a member": (lambda w: {"person": w.by.member_id}, "event_by_actor event_recent", 120),
    "a member who did nothing": (lambda w: {"person": w.organization_id}, "event_by_actor", 2),
    "rules, of which there are none": (lambda _: {"actor_kind": "rule"}, "event_by_kind", 2),
    "a case": (lambda _: {"case": long_case()}, "event_seq", 60),
    "days before there was anything": (lambda _: {"until": datetime(2020, 1, 1, tzinfo=UTC)}, "event_recent", 2),
    "a kind that never happened": (lambda _: {"types": ("case.held",)}, "event_recent", FAR),
    "what a member never did": (
        lambda w: {"person": w.by.member_id, "types": ("case.held",)}, "event_by_actor event_recent", FAR + 2),
    "a template without events": (lambda w: {"template": w.organization_id}, "event_recent", FAR),
}  # fmt: skip


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
