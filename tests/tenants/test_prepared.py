"""Statements that are sent often are read and planned by the server a few times, not every time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.configuration import configuration

KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%actor_now%%'"


def kept(cast, uses: int) -> int:
    """How many such statements the connection keeps after so many uses."""
    by = cast.owner.actor
    with cast.scope:
        for _ in range(uses):
            configuration(by)
        with connection.cursor() as cursor:
            cursor.execute(KEPT)
            return cursor.fetchone()[0]


def test_a_statement_is_prepared_from_its_fifth_use_on(cast):
    assert kept(cast, 12) >= 1


def test_what_is_sent_is_told_also_once_it_is_prepared(cast):
    with CaptureQueriesContext(connection) as captured:
        assert kept(cast, 12) >= 1
    assert sum("actor_now(" in (query["sql"] or "") for query in captured) == 12


@pytest.fixture
def behind_a_pooler(cast):
    """As CASEFY_BEHIND_PGBOUNCER has it, with nothing left from before."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.connection._prepared.clear()
    connection.connection.prepare_threshold = None
    yield cast
    connection.connection.prepare_threshold = 5


def test_behind_a_pooler_in_transaction_mode_nothing_stays_in_a_connection(behind_a_pooler):
    assert kept(behind_a_pooler, 12) == 0


def test_instants_come_back_in_the_zone_they_come_back_in_elsewhere(cast):
    with cast.scope, connection.prepared() as one, connection.cursor() as other:
        for cursor in (one, other):
            cursor.execute("SELECT now(), %s::timestamptz", [cast.now()])
        assert [at.tzinfo for at in one.fetchone()] == [at.tzinfo for at in other.fetchone()]
