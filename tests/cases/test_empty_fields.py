"""Cases without a value in a field are found by what their documents say, whenever the field came to be."""

import pytest
from django.db import transaction

from cases.actions.changing import change_fields
from cases.index import document_of
from cases.models import Case
from templates_app.definition import Field
from tests.cases.kit import without
from tests.cases.test_lists import Shelf


@pytest.fixture
def shelf(office):
    made = Shelf(office, count=0)
    made.cases = [office.open("With", {"company": "Ada", "topics": ["tax"]}), office.open("Without")]
    return made


def _empty(shelf, key, **given):
    places = {case.id: place for place, case in enumerate(shelf.cases)}
    return [places[id_] for id_ in shelf.ask(sort="opened", **{f"field__{key}__empty": "true"}, **given)[0]]


def _add_field(office, key):
    office.republish(fields=(*office.template().definition.fields, Field(key, key.title(), "text")))


def test_a_field_that_came_later_is_empty_in_the_cases_from_before(shelf):
    _add_field(shelf.office, "colour")
    shelf.cases += [shelf.office.open("Red", {"colour": "red"}), shelf.office.open("Pale")]
    assert _empty(shelf, "colour") == [0, 1, 3]
    _add_field(shelf.office, "size")
    change_fields(by=shelf.by, case_id=shelf.cases[0].id, values={"colour": "blue"})
    assert _empty(shelf, "colour") == [1, 3]
    assert _empty(shelf, "size") == [0, 1, 2, 3]
    change_fields(by=shelf.by, case_id=shelf.cases[2].id, values={"colour": "", "size": "XL"})
    assert _empty(shelf, "colour") == [1, 2, 3]
    assert _empty(shelf, "size") == [0, 1, 3]
    assert _empty(shelf, "size", field__colour__empty="true") == [1, 3]


def test_a_field_that_is_used_again_is_empty_where_it_was(shelf):
    fields = shelf.office.template().definition.fields
    shelf.office.republish(**without(shelf.office.template().definition, "company"))
    shelf.cases.append(shelf.office.open("Meanwhile"))
    change_fields(by=shelf.by, case_id=shelf.cases[0].id, values={"share": "1"})
    shelf.office.republish(fields=fields)
    assert _empty(shelf, "company") == [1, 2]


def test_cases_from_before_there_were_marks_are_asked_one_by_one(shelf):
    with shelf.office.cast.scope, transaction.atomic():
        Case.objects.update(document=document_of("/v0"))
    assert _empty(shelf, "company") == _empty(shelf, "topics") == [1]


def test_sorting_by_a_field_ends_with_those_without_it(shelf):
    _add_field(shelf.office, "colour")
    shelf.cases.append(shelf.office.open("Red", {"colour": "red"}))
    ids = [case.id for case in shelf.cases]
    assert shelf.ask(sort="field.colour", limit=1)[0] == [ids[2], ids[1], ids[0]]


def test_no_search_finds_a_mark(shelf):
    view = shelf.office.template()
    for words in (
        f"v{view.version_number}",
        "v1",
        "v",
        "/v1",
        view.field_ids["share"].hex,
        "/" + view.field_ids["share"].hex,
    ):
        assert shelf.ask(q=words)[0] == [], words
