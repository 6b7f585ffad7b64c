"""Reading what somebody looks for from plain parameters."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from casefy.errors import Invalid
from cases.comparing import comparisons_of
from cases.finding import Order, read_search
from templates_app.catalogue import catalogue
from templates_app.definition import FIELD_KINDS
from tests.cases.kit import ONBOARDING

ME = uuid4()


@pytest.fixture
def find(office):
    """Read parameters as the colleague would."""
    office.template()

    def read(given, **more):
        with office.cast.scope:
            known = catalogue(office.cast.organization.id, office.revision)
            return read_search(given, known, office.place(), ME, **more)

    return read


def test_nothing_asked_is_everything_newest_first(find):
    search = find({})
    assert (search.template, search.statuses, search.tests) == (None, (), ())
    assert search.order == Order("opened", is_descending=True)


def test_what_is_shown_when_no_status_is_asked_for_is_the_callers_choice(find):
    assert find({}, statuses=("open",)).statuses == ("open",)
    assert find({"status": "closed"}, statuses=("open",)).statuses == ("closed",)


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("running", ("on_hold", "open")),
        ("all", ("open", "on_hold", "closed", "cancelled")),
        ("closed,cancelled", ("closed", "cancelled")),
    ],
)
def test_statuses_have_short_names(find, text, statuses):
    assert find({"status": text}).statuses == statuses


def test_owners_and_teams_are_me_somebody_or_nobody(find):
    one = uuid4()
    assert find({"owner": "me"}).owner == ME
    assert find({"owner": str(one), "team": str(one)}).team == one
    nobody = find({"owner": "none", "team": "none"})
    assert (nobody.owner, nobody.is_unowned, nobody.team, nobody.is_teamless) == (None, True, None, True)


def test_every_parameter_that_makes_no_sense_is_named_at_once(find):
    with pytest.raises(Invalid) as caught:
        find(
            {
                "template": "nothing",
                "status": "sleeping",
                "stage": "review",
                "owner": "you",
                "team": "me",
                "field.company": "x",
                "sort": "title",
            }
        )
    assert caught.value.code == "bad_filter"
    assert caught.value.fields == {
        "template": "There is no such template.",
        "status": "Use open, on_hold, closed, cancelled, running or all.",
        "stage": "Choose a template first: stages belong to templates.",
        "owner": "Give the id of a member, me or none.",
        "team": "Give the id of a team or none.",
        "field.company": "Choose a template first: fields belong to templates.",
        "sort": "Sort by opened, changed, number, hold_until or by field.KEY of the chosen template.",
    }


WRONG = {
    "field.nothing": ("x", "The template has no such field."),
    "field.company.contains": ("x", "Use is, starts, gte, lte, empty."),
    "field.company.starts": ("a\x00", "Remove the unprintable character U+0000."),
    "field.headcount.starts": ("1", "Use is, gte, lte, empty."),
    "field.headcount": ("many", "Enter a number, such as 1250."),
    "field.amount.gte": ("10 XXX", "XXX is not a currency. Use its three letters, such as EUR or USD."),
    "field.due.lte": ("soon", "Enter a day as year-month-day, such as 2026-01-31."),
    "field.call_at": ("2026-02-30", "2026-02-30 is not in the calendar. Check day and month."),
    "field.urgent": ("maybe", "Choose yes or no."),
    "field.urgent.gte": ("yes", "Use is, empty."),
    "field.region": ("west", "“west” is not an option. Choose one of: North, South."),
    "field.contact": ("Ada", "Choose a member from the list."),
    "field.share.empty": ("perhaps", "Use true or false."),
    "field.site": ("   ", "Give a value to compare with."),
    "stage": ("nowhere", "The template has no such stage."),
    "sort": (
        "field.nothing",
        "Sort by opened, changed, number, hold_until or by field.KEY of the chosen template.",
    ),
}


def test_every_test_on_a_field_that_makes_no_sense_says_what_would(find):
    with pytest.raises(Invalid) as caught:
        find({"template": "onboarding", **{name: text for name, (text, _) in WRONG.items()}})
    assert caught.value.fields == {name: sentence for name, (_, sentence) in WRONG.items()}


def test_a_field_with_several_values_sorts_nothing(find):
    with pytest.raises(Invalid) as caught:
        find({"template": "onboarding", "sort": "-field.topics"})
    assert caught.value.fields == {"sort": "Topics holds several values: a list cannot be sorted by it."}


MEMBER = UUID(int=7)
RIGHT = [
    ("company", "is", "LOVELACE  Ltd ", [("is", "lovelace  ltd")]),
    ("company", "starts", "Love", [("starts", "love")]),
    ("company", "gte", "M", [("gte", "m")]),
    ("notes", "is", "Straße", [("is", "strasse")]),
    ("headcount", "is", "12", [("is", 12.0)]),
    ("headcount", "gte", "1 000", [("gte", 1000.0)]),
    ("share", "lte", "12,5", [("lte", 12.5)]),
    ("amount", "is", "12.50 USD", [("is", 12.5)]),
    ("amount", "gte", "-1,250.505", [("gte", -1250.505)]),
    ("due", "lte", "2026-01-31", [("lte", datetime(2026, 1, 31, tzinfo=UTC))]),
    ("call_at", "gte", "2026-01-31 10:00", [("gte", datetime(2026, 1, 31, 9, tzinfo=UTC))]),
    ("call_at", "gte", "2026-01-31", [("gte", datetime(2026, 1, 30, 23, tzinfo=UTC))]),
    ("call_at", "lte", "2026-01-31", [("lte", datetime(2026, 1, 31, 22, 59, 59, 999999, UTC))]),
    (
        "call_at",
        "is",
        "2026-03-29",  # a day of twenty-three hours
        [
            ("gte", datetime(2026, 3, 28, 23, tzinfo=UTC)),
            ("lte", datetime(2026, 3, 29, 21, 59, 59, 999999, UTC)),
        ],
    ),
    ("urgent", "is", "no", [("is", 0.0)]),
    ("region", "is", "North", [("is", "north")]),
    ("region", "is", "east", [("is", "east")]),
    ("topics", "is", "fax", [("is", "fax")]),
    ("mail", "starts", "Ada@", [("starts", "ada@")]),
    ("phone", "is", "+49 30 1234567", [("is", "+49301234567")]),
    ("site", "starts", "https://", [("starts", "https://")]),
    ("legacy", "empty", "false", [("empty", False)]),
    ("amount", "empty", "True", [("empty", True)]),
]


@pytest.mark.parametrize(("key", "comparison", "text", "tests"), RIGHT)
def test_values_are_compared_in_the_form_of_the_index(find, key, comparison, text, tests):
    search = find({"template": "onboarding", f"field.{key}.{comparison}": text})
    assert [(test.comparison, test.value) for test in search.tests] == tests


@pytest.mark.parametrize(
    ("text", "currency"), [("12.50 USD", "usd"), ("eur 5", "eur"), ("€ 5", "eur"), ("£5", "gbp"), ("5", "")]
)
def test_an_amount_is_looked_for_in_the_currency_it_is_given_in(find, text, currency):
    for comparison in ("is", "gte", "lte"):
        search = find({"template": "onboarding", f"field.amount.{comparison}": text})
        assert [test.currency for test in search.tests] == [currency]


def test_no_amount_is_in_two_currencies(find):
    with pytest.raises(Invalid) as caught:
        find({"template": "onboarding", "field.amount.gte": "5 EUR", "field.amount.lte": "9 USD"})
    assert caught.value.fields == {"field.amount.lte": "Ask for amounts in one currency: EUR or USD."}


def test_a_member_who_left_can_still_be_looked_for(find, office):
    search = find({"template": "onboarding", "field.contact": str(office.cast.owner.id)})
    assert search.tests[0].value == str(office.cast.owner.id)


def test_the_shortest_form_means_is(find):
    assert find({"template": "onboarding", "field.company": "x"}).tests[0].comparison == "is"


def test_what_is_left_blank_is_not_asked(find):
    assert find({"template": "", "field.company": "", "status": "", "owner": "", "sort": ""}).tests == ()


def test_every_kind_of_field_can_be_compared():
    kinds = {field.kind: comparisons_of(field) for field in ONBOARDING.fields}
    assert set(kinds) == set(FIELD_KINDS)
    assert all("is" in ways and "empty" in ways for ways in kinds.values())


@pytest.mark.parametrize("text", ["opened", "-opened", "changed", "-number", "field.amount", "-field.due"])
def test_an_order_reads_as_it_is_written(find, text):
    assert find({"template": "onboarding", "sort": text}).order.text == text
