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


def test_commits_are_possible_where_a_test_asks_for_them(committed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert not connection.in_atomic_block
