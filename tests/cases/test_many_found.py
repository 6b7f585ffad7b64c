"""Words that stand in more cases than are looked up by their ids: a list of them is as exact as of a few."""

import pytest
from django.db import transaction

from casefy.ids import new_id
from cases.actions.assigning import assign_case
from cases.actions.moving import move_case
from cases.index import document_of, words_of
from cases.models import Case, Value
from cases.narrowing import FOUND_AT_MOST
from tests.cases.test_lists import Shelf

NEWER = FOUND_AT_MOST + 50


@pytest.fixture
def shelf(office):
    """Three old cases with something of their own, and more newer ones than the finder gives out."""
    made = Shelf(office, count=0)
    made.cases = [
        office.open("Umbrella old", {"company": "Okapi", "share": n, "region": "south"}) for n in range(3)
    ]
    pattern = office.open("Umbrella new")
    view = office.template()
    with office.cast.scope, transaction.atomic():
        columns = {f.attname for f in Case._meta.concrete_fields} - {"id", "number", "document", "status"}
        alike = {name: getattr(pattern, name) for name in columns}
        copies = [Case(id=new_id(), number=f"X-{n}", **alike) for n in range(NEWER)]
        for copy in copies:
            copy.document = document_of(words_of(copy, view))
        Case.objects.bulk_create(copies)
    made.newer = [pattern.id, *(case.id for case in copies)]
    return made


def test_every_case_is_found_once_in_every_order(shelf):
    everything = [*(case.id for case in shelf.cases), *shelf.newer]
    assert shelf.ask(q="umbrella", sort="opened", limit=200)[0] == everything
    assert shelf.ask(q="umbrella", limit=200)[0] == everything[::-1]
    for sort in ("changed", "-number", "field.share", "-field.company", "field.region", "-field.region"):
        found = shelf.ask(q="umbrella", sort=sort, limit=200)[0]
        assert len(found) == len(everything), sort
        assert found == shelf.ask(sort=sort, limit=200)[0], sort


@pytest.mark.parametrize("sort", ["-opened", "changed", "field.share", "field.region"])
def test_what_only_the_oldest_have_is_found_with_the_words(shelf, sort):
    office, old = shelf.office, [case.id for case in shelf.cases]
    team = office.team("Helpers")
    assign_case(by=shelf.by, case_id=old[1], owner=office.cast.guest.id, team=team)
    move_case(by=shelf.by, case_id=old[2], to="review")
    for given, found in (
        ({"field__company": "okapi"}, old),
        ({"field__share__gte": "1"}, old[1:]),
        ({"field__share__gte": "1", "field__share__lte": "1"}, old[1:2]),
        ({"field__company__starts": "oka", "field__share": "2"}, old[2:]),
        ({"field__region__empty": "false"}, old),
        ({"owner": str(office.cast.guest.id)}, old[1:2]),
        ({"team": str(team)}, old[1:2]),
        ({"stage": "review", "status": "running"}, old[2:]),
    ):
        assert set(shelf.ask(q="umbrella", sort=sort, **given)[0]) == set(found), given


def test_a_guest_finds_their_old_case_among_many_that_are_not_theirs(shelf):
    guest = shelf.office.cast.guest
    assign_case(by=shelf.by, case_id=shelf.cases[0].id, owner=guest.id)
    assert shelf.ask(guest.actor, q="umbrella")[0] == [shelf.cases[0].id]
    assert shelf.ask(guest.actor, q="umbrella", sort="field.share")[0] == [shelf.cases[0].id]


def test_many_without_a_value_are_as_exact_as_few(shelf):
    assert shelf.ask(field__company__empty="true", limit=200)[0] == shelf.newer[::-1]
    assert set(shelf.ask(field__company__empty="true", q="umbrella new", limit=200)[0]) == set(shelf.newer)
    assert shelf.ask(field__company__empty="true", q="old")[0] == []
    with shelf.office.cast.scope, transaction.atomic():
        Value.objects.filter(case_id=shelf.cases[2].id).delete()  # its document still knows nothing of it
    assert shelf.ask(field__company__empty="true", limit=200)[0] == shelf.newer[::-1]
