"""Fixtures that give each worker a database of its own.

`db` (pytest-django) rolls back after the test. `committed` allows real commits, for races, relays and processes:
make a fresh organization and leave it there. Nothing is ever truncated: the timeline refuses that, on purpose.
"""

import pytest
from django.db import connections

from tests import services


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    services.drop_left_behind()
    label = connections["default"].settings_dict["NAME"].split("_")[-1]
    name = services.new_database(label)
    assert name == connections["default"].settings_dict["NAME"]
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    services.drop_database(name)


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """The database without a transaction around the test: what is committed stays, so bring your own organization."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def superuser(django_db_setup):
    """A psycopg connection as superuser to this worker's database (autocommit): tampering, catalogue questions."""
    with services.superuser(connections["default"].settings_dict["NAME"]) as connection:
        yield connection


@pytest.fixture
def nothing_waits(superuser):
    """Whatever others left to be done in this database is done with: what is due from here on is of this test."""
    superuser.execute("DELETE FROM timeline_delivery WHERE dead_at IS NULL")
    superuser.execute("DELETE FROM outbound_mail WHERE sent_at IS NULL AND dead_at IS NULL")
    superuser.execute("UPDATE cases_case SET follow_up_on = NULL WHERE follow_up_on IS NOT NULL")


def pytest_unconfigure(config):
    """The last run to leave puts out the lights."""
    services.release()
