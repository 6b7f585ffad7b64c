"""All events that changed one field of a case: found by a list, not by reading every event's body."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.history import of_field
from timeline.queries import page


def history(office, case, key, **asked):
    with office.cast.scope:
        return [event.seq for event in of_field(page(case.id, field=key, **asked), key)]


@pytest.fixture
def case(office):
    """Opened with a company (1), which changed (2, 4); the region came later (4); the title too (5)."""
    case, by = office.open(values={"company": "Lovelace"}), office.by.actor
    change_fields(by=by, case_id=case.id, values={"company": "Lovelace & Sons"})
    comment_on_case(by=by, case_id=case.id, text="company")
    change_fields(by=by, case_id=case.id, values={"company": "Ada Ltd", "region": "north"})
    change_fields(by=by, case_id=case.id, title="Ada Ltd")
    return case


def test_a_fields_history_is_its_first_value_and_every_change(office, case):
    assert history(office, case, "company") == [4, 2, 1]
    assert history(office, case, "$title") == [5, 1]


def test_a_field_that_was_empty_at_first_begins_where_it_was_filled(office, case):
    assert history(office, case, "region") == [4]
    assert history(office, case, "notes") == []


def test_a_history_is_paged_by_seq(office, case):
    assert history(office, case, "company", limit=1) == [4]
    assert history(office, case, "company", limit=1, before=4) == [2]
    assert history(office, case, "company", before=2) == [1]


def test_what_else_is_asked_for_narrows_the_history_and_not_its_page(office, case):
    other = office.cast.owner
    change_fields(by=other.actor, case_id=case.id, values={"company": "Byron"})
    assert history(office, case, "company", member=other.id, limit=1) == [6]
    assert history(office, case, "company", member=office.by.id, limit=1) == [4]
    assert history(office, case, "company", types=["case.opened"], limit=1) == [1]


def test_the_list_of_changes_is_as_lasting_as_the_events(office, case):
    for statement in ("UPDATE timeline_fieldmention SET field = 'x'", "DELETE FROM timeline_fieldmention"):
        with (
            office.cast.scope,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)
