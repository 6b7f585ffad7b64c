"""Lists of cases: every case once, in order, page by page, whatever is asked."""

import base64
import random
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from casefy.errors import Invalid
from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.ending import close_case
from cases.actions.pausing import hold_case
from cases.finding import read_search
from cases.knowing import visible_to
from cases.models import Case
from cases.queries import case_by_id, case_by_number, page_of_cases
from templates_app.catalogue import catalogue
from templates_app.values import KINDS, index_terms
from tenants.scope import scoped_to
from tests.cases.kit import ONBOARDING

WORDS = ["Ada", "ada", "Émile", "Zoë", "straße", "STRASSE", "10", "9", "", "Ø", "日本", "a b"]


class Shelf:
    """Cases with random values, and lists of them asked for in small pages."""

    def __init__(self, office, seed=0, count=36):
        self.office, self.by = office, office.by.actor
        dice = random.Random(seed)
        self.cases = [office.open(f"Case {n}", _values(dice, office), stage=dice.choice(("intake", "review")))
                      for n in range(count)]  # fmt: skip
        for case in dice.sample(self.cases, count // 3):
            change_fields(by=self.by, case_id=case.id, values=_values(dice, office))
        self.cases = [office.case(case.id) for case in self.cases]

    def ask(self, by=None, limit=7, **given):
        """All pages of a list, as ids in order, and how many pages there were."""
        by = by or self.by
        search, seen, cursor, pages = self.search(**given), [], "", 0
        with self.office.cast.scope:
            while True:
                page = page_of_cases(search, by, cursor=cursor, limit=limit)
                seen += [row.id for row in page.rows]
                cursor, pages = page.next, pages + 1
                if not cursor:
                    return seen, pages

    def search(self, **given):
        self.office.template()
        given = {name.replace("__", "."): value for name, value in given.items()}
        with self.office.cast.scope:
            known = catalogue(self.office.cast.organization.id, self.office.revision)
            return read_search(
                {"template": "onboarding", **given}, known, self.office.place(), self.by.member_id
            )

    def sorted_by(self, key, is_descending):
        """The ids as a list sorted by this field must have them: those without a value last, newest first."""
        field = self.office.template().definition.field(key)
        column = KINDS[field.kind].index
        terms = {case.id: index_terms(field, case.data.get(key)) for case in self.cases}
        having = {id_: self._place_of(field, getattr(term[0], column)) for id_, term in terms.items() if term}
        order = sorted(having, key=lambda id_: (having[id_], id_), reverse=is_descending)
        return order + sorted(terms.keys() - having.keys(), reverse=True)

    def _place_of(self, field, value):
        if field.kind == "choice":
            return [option.key for option in field.options].index(value)
        if field.kind == "member":
            value = self.office.place().members[value].lower()
        return value.encode() if isinstance(value, str) else value


FIVE_OR_A_MILLION = ({"amount": "5.00", "currency": "EUR"}, {"amount": "1000000.00", "currency": "EUR"})


def _values(dice, office):
    made = {
        "company": dice.choice(WORDS),
        "notes": dice.choice(WORDS) * 90,
        "headcount": dice.choice(["", "0", "-5", "7", "70", "9007199254740992"]),
        "share": dice.choice(["", "0.1", "0.10", "-2", "12345678901234567890"]),
        "amount": dice.choice(["", "5 EUR", "5 USD", "-1", "1000000"]),
        "due": dice.choice(["", "2026-01-31", "2025-12-31", "1000-01-01", "9998-12-31"]),
        "call_at": dice.choice(["", "2026-01-31 10:00", "2026-01-31T09:30Z", "1950-06-01 00:00"]),
        "urgent": dice.choice(["", "yes", "no"]),
        "region": dice.choice(["", "north", "south"]),
        "topics": dice.choice([[], ["tax"], ["law"], ["tax", "law"]]),
        "contact": dice.choice(["", str(office.by.id), str(office.cast.owner.id)]),
        "mail": dice.choice(["", "b@x.example", "A@x.example"]),
        "phone": dice.choice(["", "+49301234567"]),
        "site": dice.choice(["", "https://b.example", "http://a.example"]),
    }
    return {key: value for key, value in made.items() if dice.random() < 0.8}


@pytest.fixture
def shelf(office):
    return Shelf(office)


FIELDS = [field.key for field in ONBOARDING.fields if field.kind != "choices"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_list_by_any_field_has_every_case_once_in_order_whatever_is_missing(office, seed):
    shelf = Shelf(office, seed)
    for key in FIELDS:
        for minus in ("", "-"):
            seen, pages = shelf.ask(sort=f"{minus}field.{key}")
            assert seen == shelf.sorted_by(key, bool(minus)), f"{minus}{key}"
            assert pages == 6


@pytest.mark.parametrize(
    ("sort", "key"), [("opened", "id"), ("changed", "changed_at"), ("number", "number")], ids=str
)
def test_a_list_by_a_column_of_the_case_has_every_case_once_in_order(shelf, sort, key):
    rising = [case.id for case in sorted(shelf.cases, key=lambda case: (getattr(case, key), case.id))]
    assert shelf.ask(sort=sort)[0] == rising
    assert shelf.ask(sort=f"-{sort}")[0] == rising[::-1]


def test_a_list_by_the_day_to_look_again_has_those_on_hold_first_in_its_order_and_every_case_once(shelf):
    first = now().date() + timedelta(days=1)
    for n, case in enumerate(shelf.cases[:12]):
        until = None if n == 5 else first + timedelta(days=n % 4)
        hold_case(by=shelf.by, case_id=case.id, reason="x", until=until)
    rows = [shelf.office.case(case.id) for case in shelf.cases]
    having = sorted((case.hold_until, case.id) for case in rows if case.hold_until)
    lacking = sorted((case.id for case in rows if not case.hold_until), reverse=True)
    assert shelf.ask(sort="hold_until", limit=4)[0] == [*(id_ for _, id_ in having), *lacking]
    assert shelf.ask(sort="-hold_until", limit=4)[0] == [*(id_ for _, id_ in reversed(having)), *lacking]
    # Of those found by a word, or by a value, the order is the same.
    assert shelf.ask(sort="hold_until", q="case", limit=4)[0] == [*(id_ for _, id_ in having), *lacking]


def test_a_list_is_narrowed_to_the_days_to_look_again(shelf):
    first = now().date() + timedelta(days=1)
    days = {case.id: first + timedelta(days=n) for n, case in enumerate(shelf.cases[:6])}
    for id_, until in days.items():
        hold_case(by=shelf.by, case_id=id_, reason="x", until=until)
    bounds = {
        "hold_until__gte": str(first + timedelta(days=1)),
        "hold_until__lte": str(first + timedelta(days=3)),
    }
    found, _ = shelf.ask(**bounds, limit=2)
    assert sorted(found) == sorted(id_ for id_ in days if 1 <= (days[id_] - first).days <= 3)
    with pytest.raises(Invalid) as caught:
        shelf.search(hold_until__gte="tomorrow", hold_until__lte="2030-02-30")
    assert sorted(caught.value.fields) == ["hold_until.gte", "hold_until.lte"]


def test_pages_stay_whole_while_cases_come_and_go(shelf):
    with shelf.office.cast.scope:
        first = page_of_cases(shelf.search(), shelf.by, limit=10)
    shelf.office.open("New on top")
    with shelf.office.cast.scope:
        second = page_of_cases(shelf.search(), shelf.by, cursor=first.next, limit=10)
    newest = sorted((case.id for case in shelf.cases), reverse=True)
    assert [row.id for row in (*first.rows, *second.rows)] == newest[:20]


@pytest.mark.parametrize(
    ("given", "keep"),
    [
        ({"field__region": "north"}, lambda data: data.get("region") == "north"),
        ({"field__topics": "tax"}, lambda data: "tax" in data.get("topics", ())),
        ({"field__urgent": "no"}, lambda data: data.get("urgent") is False),
        ({"field__headcount__gte": "0"}, lambda data: data.get("headcount", -1) >= 0),
        ({"field__headcount__lte": "7"}, lambda data: data.get("headcount", 8) <= 7),
        ({"field__company": "ADA"}, lambda data: data.get("company", "").lower() == "ada"),
        ({"field__company__starts": "stras"}, lambda data: data.get("company") in ("straße", "STRASSE")),
        ({"field__company__empty": "true"}, lambda data: "company" not in data),
        ({"field__company__empty": "false"}, lambda data: "company" in data),
        ({"field__due__gte": "2026-01-01"}, lambda data: data.get("due", "") >= "2026-01-01"),
        ({"field__call_at": "2026-01-31"}, lambda data: data.get("call_at", "").startswith("2026-01-31")),
        ({"field__amount": "5"}, lambda data: data.get("amount", {}).get("amount") == "5.00"),
        ({"field__amount": "5 usd"}, lambda data: data.get("amount", {}).get("currency") == "USD"),
        ({"field__amount__gte": "0 €"}, lambda data: data.get("amount") in FIVE_OR_A_MILLION),
        (
            {"field__amount__gte": "0 EUR", "field__amount__lte": "999"},
            lambda data: data.get("amount") == FIVE_OR_A_MILLION[0],
        ),
        ({"field__mail__starts": "a@"}, lambda data: data.get("mail") == "A@x.example"),
        (
            {"field__region": "north", "field__urgent": "yes", "field__topics": "law"},
            lambda data: (
                data.get("region") == "north" and data.get("urgent") and "law" in data.get("topics", ())
            ),
        ),
    ],
    ids=lambda given: ",".join(given) if isinstance(given, dict) else "",
)
def test_filters_keep_what_they_say_in_every_order(shelf, given, keep):
    kept = {case.id for case in shelf.cases if keep(case.data)}
    for sort in ("-opened", "opened", "-changed", "number", "field.share", "-field.region"):
        everything = [id_ for id_ in shelf.ask(limit=200, sort=sort)[0] if id_ in kept]
        assert shelf.ask(limit=3, sort=sort, **given)[0] == everything, sort


def test_lists_are_narrowed_by_status_stage_and_people(shelf):
    office, (one, two, three, *_) = shelf.office, shelf.cases
    team = office.team("Finance")
    hold_case(by=shelf.by, case_id=one.id, reason="x")
    close_case(by=shelf.by, case_id=two.id, outcome="won")
    assign_case(by=shelf.by, case_id=three.id, owner=office.by.id, team=team)
    everyone = {case.id for case in shelf.cases}
    assert set(shelf.ask(status="on_hold")[0]) == {one.id}
    assert set(shelf.ask(status="closed,cancelled")[0]) == {two.id}
    assert shelf.ask(status="closed,closed", owner="none")[0] == [two.id]
    assert set(shelf.ask(status="running")[0]) == everyone - {two.id}
    assert set(shelf.ask(owner="me")[0]) == {three.id} == set(shelf.ask(team=str(team))[0])
    assert set(shelf.ask(owner="none")[0]) == everyone - {three.id} == set(shelf.ask(team="none")[0])
    assert set(shelf.ask(stage="review")[0]) == {case.id for case in shelf.cases if case.stage == "review"}


def test_a_guest_sees_in_every_list_what_is_assigned_to_them_and_their_teams(shelf):
    office, guest = shelf.office, shelf.office.cast.guest
    team = office.team("Helpers", guest)
    assign_case(by=shelf.by, case_id=shelf.cases[3].id, owner=guest.id)
    assign_case(by=shelf.by, case_id=shelf.cases[5].id, team=team)
    theirs = {shelf.cases[3].id, shelf.cases[5].id}
    for given in ({}, {"sort": "changed"}, {"sort": "field.share"}, {"q": "case"}, {"status": "running"}):
        assert set(shelf.ask(guest.actor, **given)[0]) == theirs
    with office.cast.scope:
        assert case_by_number(shelf.cases[3].number, guest.actor).id == shelf.cases[3].id
        assert case_by_number(shelf.cases[4].number, guest.actor) is None


@pytest.mark.parametrize("sort", ["", "opened", "changed", "field.share"])
def test_a_guests_list_has_each_case_once_however_it_is_theirs_and_nothing_else(shelf, sort):
    """The ways to it cross: cases of theirs that are their team's as well, or another team's, of several statuses."""
    office, guest, ids = shelf.office, shelf.office.cast.guest, [case.id for case in shelf.cases]
    one, two, far = office.team("Helpers", guest), office.team("Others", guest), office.team("Far")
    for at in range(16):
        owner, team = (guest.id, office.by.id, None)[at % 3], (one, two, None, far)[at % 4]
        assign_case(by=shelf.by, case_id=ids[at], owner=owner, team=team)
    hold_case(by=shelf.by, case_id=ids[0], reason="x")
    close_case(by=shelf.by, case_id=ids[1], outcome="won")
    with office.cast.scope:
        seen = {case.id: case for case in Case.objects.filter(visible_to(guest.actor))}
    assert 10 < len(seen) < 16
    for given, fits in (
        ({}, lambda _: True),
        ({"status": "running"}, lambda case: case.status != "closed"),
        ({"status": "closed,on_hold"}, lambda case: case.status != "open"),
        ({"owner": str(guest.id)}, lambda case: case.owner_id == guest.id),
        ({"owner": str(office.by.id)}, lambda case: case.owner_id == office.by.id),
        ({"owner": "none", "status": "open"}, lambda case: case.owner_id is None),
        ({"team": str(two)}, lambda case: case.team_id == two),
        ({"team": "none"}, lambda case: case.team_id is None),
        ({"stage": "review"}, lambda case: case.stage == "review"),
        ({"q": "case", "status": "open"}, lambda case: case.status == "open"),
    ):
        found = shelf.ask(guest.actor, 4, sort=sort, **given)[0]
        wanted = sorted(case.id for case in seen.values() if fits(case))
        assert sorted(found) == wanted, given
        if sort in ("", "opened"):
            assert found == (wanted if sort else wanted[::-1]), given


def test_one_who_may_see_nothing_sees_nothing(shelf):
    nobody = replace(shelf.by, permissions=frozenset())
    for given in ({}, {"status": "running"}, {"owner": "me"}, {"owner": "none"}, {"sort": "changed"}):
        assert shelf.ask(nobody, **given)[0] == []
        assert shelf.ask(replace(nobody, member_id=None), **given)[0] == []


def test_a_stranger_sees_nothing_of_it(shelf):
    stranger = shelf.office.cast.stranger
    with scoped_to(stranger.member.organization_id):
        assert case_by_id(shelf.cases[0].id, stranger.actor) is None
        assert case_by_number(shelf.cases[0].number, stranger.actor) is None


def test_a_number_nobody_could_have_is_nobodys(shelf):
    with shelf.office.cast.scope:
        assert case_by_number("a\x00b", shelf.by) is None


@pytest.mark.parametrize("limit", [1, 36, 200])
@pytest.mark.parametrize("sort", ["-opened", "field.share"])
def test_a_page_takes_one_statement_whatever_its_size(shelf, sort, limit):
    search = shelf.search(sort=sort, field__headcount__gte="-100")
    with shelf.office.cast.scope, CaptureQueriesContext(connection) as captured:
        page_of_cases(search, shelf.by, limit=limit)
    assert len([q for q in captured if "cases_case" in q["sql"]]) == 1


def _forged(*parts):
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


ID = "01a20212-9dc3-70c8-b9fd-8eaf54f9beca"


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("opened", "nonsense"),
        ("opened", "é"),
        ("opened", _forged("-opened", None, ID)),
        ("opened", _forged("opened", None, "x")),
        ("opened", _forged("opened", "x", ID)),
        ("opened", _forged("opened", None)),
        ("opened", base64.urlsafe_b64encode(b"7").decode()),
        ("changed", _forged("changed", None, ID)),
        ("changed", _forged("changed", "yesterday", ID)),
        ("changed", _forged("changed", "2026-01-31T10:00:00", ID)),
        ("number", _forged("number", None, ID)),
        ("number", _forged("number", 5, ID)),
        ("number", _forged("number", "a\x00b", ID)),
        ("field.share", _forged("field.share", "abc", ID)),
        ("field.share", _forged("field.share", True, ID)),
        ("field.company", _forged("field.company", 5, ID)),
        ("field.due", _forged("field.due", 5, ID)),
        ("-field.due", _forged("field.due", None, ID)),
        ("field.amount", _forged("field.share", 5, ID)),
    ],
)
def test_a_cursor_that_was_not_given_out_for_this_list_is_refused(shelf, sort, cursor):
    search = shelf.search(sort=sort)
    with shelf.office.cast.scope, pytest.raises(Invalid) as caught:
        page_of_cases(search, shelf.by, cursor=cursor)
    assert caught.value.code == "bad_cursor"
