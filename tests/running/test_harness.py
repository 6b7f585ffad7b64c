"""The tests stand on what production stands on: a role that owns nothing, real Postgres, real Valkey."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_app_connects_as_a_role_that_owns_and_bypasses_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("casefy_app", False, False)


def test_the_cache_is_shared_and_real():
    cache.set("greeting", "hello")
    assert cache.get("greeting") == "hello"


@pytest.mark.xdist_group("kept together")
def test_the_scheduler_is_told_to_which_group_a_test_belongs(request):
    """It says nothing where it is not, and each process starts every product anew (tests/grouping.py)."""
    is_grouping = request.config.getoption("loadgroup", False)
    assert request.node.nodeid.endswith("@kept together") is is_grouping


def test_commits_are_possible_where_a_test_asks_for_them(committed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert not connection.in_atomic_block
