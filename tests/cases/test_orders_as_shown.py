"""Lists sorted by what people read: options as their list has them, members by name, and at once when these change."""

from dataclasses import replace

import pytest

from casefy.errors import Invalid
from cases.queries import page_of_cases
from tenants.actions.members import rename_member
from tests.cases.test_lists import Shelf


@pytest.fixture
def shelf(office):
    made = Shelf(office, count=0)
    people = [office.by, office.cast.owner, office.cast.designer]
    for n, region in enumerate(("south", "north", "", "south", "north", "")):
        values = {"region": region, "contact": str(people[n % 3].id) if n != 2 else ""}
        made.cases.append(office.open(f"Case {n}", values))
    return made


def _ask(shelf, sort):
    places = {case.id: place for place, case in enumerate(shelf.cases)}
    return [places[id_] for id_ in shelf.ask(sort=sort, limit=2)[0]]


def _reorder(office, *keys):
    definition = office.template().definition
    region = definition.field("region")
    options = tuple(region.option(key) for key in keys)
    fields = tuple(replace(f, options=options) if f.key == "region" else f for f in definition.fields)
    office.republish(fields=fields)


def test_a_choice_sorts_as_its_options_stand_and_follows_when_they_are_moved(shelf):
    assert _ask(shelf, "field.region") == [1, 4, 0, 3, 5, 2]
    assert _ask(shelf, "-field.region") == [3, 0, 4, 1, 5, 2]
    _reorder(shelf.office, "east", "south", "north")
    assert _ask(shelf, "field.region") == [0, 3, 1, 4, 5, 2]


def test_a_member_sorts_by_name_and_follows_when_renamed(shelf):
    assert _ask(shelf, "field.contact") == [0, 3, 5, 1, 4, 2]  # Carl, Dora, Olga
    owner = shelf.office.cast.owner
    rename_member(by=owner.actor, member_id=owner.id, name="älter als Carl")
    rename_member(by=owner.actor, member_id=shelf.office.by.id, name="zoe")
    assert _ask(shelf, "field.contact") == [5, 0, 3, 1, 4, 2]  # Dora, zoe, älter: as texts sort
    assert _ask(shelf, "-field.contact") == [4, 1, 3, 0, 5, 2]


def test_a_list_goes_on_from_its_last_case_wherever_the_option_stands_now(shelf):
    with shelf.office.cast.scope:
        first = page_of_cases(shelf.search(sort="field.region"), shelf.by, limit=3)
    _reorder(shelf.office, "south", "east", "north")
    with shelf.office.cast.scope:
        second = page_of_cases(shelf.search(sort="field.region"), shelf.by, cursor=first.next, limit=9)
    assert [row.id for row in first.rows] == [shelf.cases[n].id for n in (1, 4, 0)]
    assert [row.id for row in second.rows] == [shelf.cases[n].id for n in (3, 1, 4, 5, 2)]


@pytest.mark.parametrize("sort", ["field.region", "-field.region"])
def test_filters_and_words_keep_the_order_people_see(shelf, sort):
    for given in ({"q": "case"}, {"field__company__empty": "true"}, {"status": "running"}):
        assert shelf.ask(sort=sort, limit=2, **given)[0] == shelf.ask(sort=sort)[0], given
    south = [case.id for case in (shelf.cases[0], shelf.cases[3])]
    assert shelf.ask(sort="field.region", field__region="south")[0] == south
    assert shelf.ask(sort="field.region", field__region="south", q="case", limit=1)[0] == south
    assert set(shelf.ask(sort=sort, field__region__empty="true")[0]) == {
        shelf.cases[2].id,
        shelf.cases[5].id,
    }
    assert shelf.ask(sort=sort, field__region__empty="true", field__region="south")[0] == []


def test_a_cursor_with_a_key_that_no_value_can_have_is_refused(shelf):
    search = shelf.search(sort="field.region")
    with shelf.office.cast.scope:
        cursor = page_of_cases(search, shelf.by, limit=1).next
        other = replace(search, order=replace(search.order, ranks=("west",)))
        with pytest.raises(Invalid) as caught:
            page_of_cases(other, shelf.by, cursor=cursor)
    assert caught.value.code == "bad_cursor"
