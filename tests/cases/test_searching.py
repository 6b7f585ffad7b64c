"""Finding cases by words."""

from importlib import import_module

import pytest
from django.db import connection

from cases.actions.changing import change_fields
from cases.finding import Search
from cases.index import as_query, plain
from cases.queries import page_of_cases
from tenants.scope import scoped_to
from tests.cases.kit import without
from tests.cases.test_lists import Shelf


@pytest.fixture
def shelf(office):
    made = Shelf(office, count=0)
    made.cases = [
        office.open(
            "Émile Zola's contract",
            {
                "company": "Müller & Söhne",
                "region": "south",
                "mail": "emile@zola.example",
                "headcount": "4711",
            },
            external_ref="CRM-9-XY",
        ),
        office.open("Заказ 日本", {"notes": "first line\nsecond_line", "topics": ["tax", "law"]}),
        office.open("Zebra", {"site": "https://zoo.example/zebra?x=1"}),
        office.open("Łódź, Ærø", {"company": "Sørensen"}),
    ]
    return made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("emile", [0]),
        ("ÉMILE", [0]),
        ("zola contract", [0]),
        ("contr", [0]),
        ("muller sohne", [0]),
        ("south", [0]),
        ("4711", [0]),
        ("CRM-9", [0]),
        ("emile@zola.example", [0]),
        ("заказ", [1]),
        ("日本", [1]),
        ("second_line", [1]),
        ("second", [1]),
        ("tax", [1]),
        ("zoo.example/zebra", [2]),
        ("z", [0, 2]),
        ("lodz sorensen", [3]),
        ("Łódź Sørensen", [3]),
        ("aero", [3]),
        ("contract zebra", []),
        ("nothing", []),
        ("!!! & | ' \\ :* <->", []),
        ("'; DROP TABLE cases_case; --", []),
    ],
)
def test_a_case_is_found_by_what_stands_in_it_without_accents_and_by_beginnings(shelf, words, found):
    assert set(shelf.ask(q=words)[0]) == {shelf.cases[n].id for n in found}


def test_a_case_is_found_by_its_number_and_by_parts_of_it(shelf):
    number = shelf.cases[2].number
    assert shelf.ask(q=number)[0] == [shelf.cases[2].id]
    assert shelf.ask(q=number[-5:])[0] == [shelf.cases[2].id]
    assert len(shelf.ask(q=number[:7])[0]) == 4


def test_what_was_written_before_is_found_by_the_same_letters(shelf):
    folded = import_module("cases.migrations.0008_found_without_marks").PLAIN
    words = "łodz søren ægir hjørring fœhn þor lodz /v3"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {folded} = to_tsvector('simple', %s) FROM (SELECT to_tsvector('simple', %s)) AS "
                       "old (document)", [f"{plain(words[:-4])} /v3", words])  # fmt: skip
        assert cursor.fetchone() == (True,)


def test_what_was_changed_is_found_anew_and_no_longer_by_what_it_was(shelf):
    change_fields(
        by=shelf.by, case_id=shelf.cases[2].id, title="Giraffe", values={"site": "", "company": "Okapi"}
    )
    assert shelf.ask(q="zebra")[0] == []
    assert shelf.ask(q="giraffe okapi")[0] == [shelf.cases[2].id]


def test_words_narrow_every_order_and_filter(shelf):
    assert shelf.ask(q="z", sort="number")[0] == [shelf.cases[0].id, shelf.cases[2].id]
    assert shelf.ask(q="z", field__region="south", sort="-field.headcount")[0] == [shelf.cases[0].id]


def test_another_organizations_words_find_nothing_here(shelf, cast):
    stranger = cast.stranger
    with scoped_to(stranger.member.organization_id):
        assert page_of_cases(Search(words="zola"), stranger.actor).rows == []


def test_a_retired_field_is_found_no_more_once_the_case_was_changed(shelf):
    shelf.office.republish(**without(shelf.office.template().definition, "company"))
    change_fields(by=shelf.by, case_id=shelf.cases[0].id, values={"share": "1"})
    assert shelf.ask(q="sohne")[0] == []


def test_what_somebody_types_becomes_a_query_of_beginnings():
    assert as_query("  Foo-Bar ß ") == "foo:* & bar:* & ss:*"
    assert as_query("!!!") == ""
    assert as_query(" ".join(str(n) for n in range(50))).count(":*") == 12
