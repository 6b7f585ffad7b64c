"""Every question of a list, a board and a search goes along its index, under row-level security.

Asserted on the plan as it was carried out, as the app role: its indexes, nothing sorted that an index holds in order,
and how many rows it touched. A page of fifty that touches thousands is quick today and slow in a large organization.
"""

import pytest

from cases.board import CARDS, board_of
from cases.knowing import visible_to
from cases.models import Case
from cases.queries import case_by_id, case_by_number, page_of_cases
from tests.cases.planning import PAGE, nodes_of, search_for

pytestmark = [pytest.mark.xdist_group("plans"), pytest.mark.slow]


T = {"template": "TEMPLATE"}
ONE = {"case_tenant_key", "cases_case_pkey"}
LISTS = {
    # what is asked: (parameters, one of these indexes, rows touched at most for a page of fifty)
    "newest": ({}, {"case_tenant_key", "cases_case_pkey"}, 60),
    "of a template": (T, {"case_of_template", "case_tenant_key", "cases_case_pkey"}, 60),
    "running": ({"status": "running"}, {"case_status"}, 60),
    "closed": ({"status": "closed"}, {"case_status"}, 60),
    "closed or cancelled": ({"status": "closed,cancelled"}, {"case_status"}, 60),
    "on hold, none of them new": ({"status": "on_hold"}, {"case_status"}, 60),
    "on hold, of a template": (T | {"status": "on_hold"}, {"case_of_template", "case_status"}, 60),
    "cancelled, of which there are none": ({"status": "cancelled"}, {"case_status"}, 5),
    "in a stage": (T | {"status": "running", "stage": "review"}, {"case_board"}, 60),
    "of an owner": ({"owner": "me"}, {"case_owner"}, 60),
    "of an owner, running": ({"status": "running", "owner": "me"}, {"case_owner"}, 60),
    "of an owner, closed": ({"status": "closed", "owner": "me"}, {"case_owner"}, 60),
    "of an owner of old cases": ({"owner": "GUEST"}, {"case_owner"}, 60),
    "of an owner of old cases, running": ({"status": "running", "owner": "GUEST"}, {"case_owner"}, 60),
    "of an owner of old cases, closed": ({"status": "closed", "owner": "GUEST"}, {"case_owner"}, 60),
    "of an owner of old cases, oldest first": ({"sort": "opened", "owner": "GUEST"}, {"case_owner"}, 60),
    "of nobody": ({"owner": "none"}, {"case_owner"}, 60),
    "of nobody, running": ({"status": "running", "owner": "none"}, {"case_owner"}, 60),
    "of nobody, on hold, oldest first": (
        {"status": "on_hold", "owner": "none", "sort": "opened"}, {"case_owner"}, 60),
    "of a team": ({"team": "TEAM"}, {"case_team"}, 60),
    "of a team, running": ({"status": "running", "team": "TEAM"}, {"case_team"}, 60),
    "of no team, closed": ({"status": "closed", "team": "none"}, {"case_team"}, 60),
    "in the order of change": ({"sort": "-changed"}, {"case_changed"}, 60),
    "in the order of numbers": ({"sort": "number"}, {"case_number"}, 60),
    "in the order of days to look again": (
        {"status": "running", "sort": "hold_until"}, {"case_hold_until"}, 120,
    ),
    "on hold, in the order of days": ({"status": "on_hold", "sort": "-hold_until"}, {"case_hold_until"}, 120),
    "to look at again in ten days": ({"hold_until.lte": "2030-01-10"}, {"case_hold_until"}, 60),
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
    "between two numbers": (T | {"field.quantity.gte": "7", "field.quantity.lte": "7"}, {"value_number"}, 60),
    "by a value nobody has, in the order of change": (T | {"field.region": "-", "sort": "changed"}, {"value_text"}, 5),
    "sorted by a choice": (T | {"sort": "field.kind"}, {"value_text"}, 120),
    "sorted by a choice, downwards": (T | {"sort": "-field.kind"}, {"value_text"}, 160),
    "sorted by a choice, of one value": (T | {"sort": "field.kind", "field.kind": "work"}, {"value_text"}, 120),
    "without a value all have": (T | {"field.region.empty": "true"}, ONE, 5),
    "without a value all have, in its order": (T | {"field.kind.empty": "true", "sort": "field.kind"}, ONE, 5),
    "with a value all have": (T | {"field.region.empty": "false"}, {"value_text"}, 700),
    "a word in every case": ({"q": "office"}, {"case_tenant_key", "cases_case_pkey"}, 60),
    "a word in every case, of those running": ({"q": "office", "status": "running"}, {"case_status"}, 60),
    "a word in every case, by a custom field": (T | {"q": "office", "field.region": "R3"}, {"value_text"}, 120),
    "a word in every case, sorted by a number": (T | {"q": "office", "sort": "field.amount"}, {"value_number"}, 120),
}  # fmt: skip
GUESTS = {
    # what a guest asks, whose cases are old, some their own as well as their team's: (parameters, rows touched at most)
    "all": ({}, 80),
    "all, oldest first": ({"sort": "opened"}, 120),
    "running": ({"status": "running"}, 80),
    "closed": ({"status": "closed"}, 80),
    "on hold, the same ones by both ways": ({"status": "on_hold"}, 120),
    "cancelled, of which there are none": ({"status": "cancelled"}, 5),
    "their own": ({"owner": "me"}, 60),
    "of a template": (T, 80),
}
FEW_OR_MANY = {
    "to look at again in ten days",
    "by what it is called elsewhere",
    "above a number",
    "above a number most are above",
    "the beginning of a text",
    "between two numbers",
    "with a value all have",
    "a word in every case, sorted by a number",
}
IN_ORDER = {
    name for name in LISTS if name not in FEW_OR_MANY and not name.startswith(("without", "by a value"))
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


@pytest.mark.parametrize("name", GUESTS)
def test_a_guests_list_goes_along_what_is_theirs(name, world, asked, guest):
    given, most = GUESTS[name]
    search = search_for(world, given, guest)
    plan = asked(lambda: page_of_cases(search, guest, limit=PAGE))
    # a status nobody's case has is as short a way as one's own cases: what is touched says that it is
    assert plan.indexes <= {"case_owner", "case_team", "case_status"}, plan
    assert plan.touched <= most, plan
    assert not plan.kinds & {"Seq Scan", "Sort", "Bitmap Heap Scan"}, plan


@pytest.mark.parametrize(
    "name",
    [
        "newest",
        "of an owner of old cases",
        "of nobody",
        "in the order of change",
        "by a custom field",
        "sorted by a number",
        "in a stage",
        "sorted by a choice",
        "a word in every case",
    ],
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


def test_the_pages_of_a_guests_list_cost_what_the_first_one_does(world, asked, guest):
    search, cursor, seen = search_for(world, {}, guest), "", []
    while True:
        found = asked(lambda cursor=cursor: page_of_cases(search, guest, cursor=cursor, limit=PAGE))
        assert found.touched <= 120, found
        seen += [row.id for row in found.answer.rows]
        cursor = found.answer.next
        if not cursor:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert set(seen) == set(Case.objects.filter(visible_to(guest)).values_list("id", flat=True))


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
    nodes = list(nodes_of(rows[0]["Plan"]))
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
    assert "Index Only Scan" in plan.kinds, plan  # the figures of a column need no look at its cases
    assert "Seq Scan" not in plan.kinds, plan


def test_a_guests_board_reads_their_own_cases_and_few_others(world, asked, guest):
    template = search_for(world, T).template
    plan = asked(lambda: board_of(template, guest))
    theirs = Case.objects.filter(visible_to(guest), status__in=["open", "on_hold"]).count()
    assert sum(column.count for column in plan.answer) == theirs > 100
    assert plan.touched <= 2 * theirs, plan  # once to find them, and once more for those that are shown
    assert "Seq Scan" not in plan.kinds, plan
