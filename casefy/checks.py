"""What must be right before CaseFy serves anyone. Every fault is one sentence with its remedy."""

from collections.abc import Iterable
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, connection

from casefy import catalogue_guards
from casefy.valkey import client

LOCAL_CACHES = ("LocMemCache", "DummyCache", "FileBasedCache")


def problems() -> list[str]:
    """Everything that forbids to start, most basic first. Needs the database; a database that is away is a
    problem too.
    """
    found = [*secrets(), *cache()]
    try:
        return [*found, *database()]
    except (DatabaseError, psycopg.Error) as error:
        return [
            *found,
            f"The database does not answer: {' '.join(str(error).split())[:300]} Check DATABASE_URL.",
        ]


def secrets() -> list[str]:
    """Secrets that are missing or too short."""
    if not settings.SECRET_KEY_WAS_GIVEN:
        return ["SECRET_KEY is missing: set it to 50 random characters, the same for every process."]
    return ["SECRET_KEY is too short: use 50 random characters."] if len(settings.SECRET_KEY) < 32 else []


def cache() -> list[str]:
    """A cache that the processes do not share would make rate limits and sessions forgetful."""
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith(LOCAL_CACHES):
        return [
            (
                f"{backend} is not shared between processes: rate limits would not count. "
                "Set REDIS_URL to a Valkey or Redis."
            )
        ]
    try:
        client().ping()
    except redis.RedisError as error:
        return [f"Valkey does not answer: {error}. Check REDIS_URL."]
    return []


def database() -> list[str]:
    """The server's version, our role there, the walls between tenants, and migrations that were not applied."""
    where = connection.settings_dict
    # Beside the pool, whose own complaint would be that it waited in vain.
    address = {"host": where["HOST"], "port": where["PORT"] or None, "dbname": where["NAME"]}
    login = {"user": where["USER"], "password": where["PASSWORD"]}
    with psycopg.connect(**address, **login, connect_timeout=5) as plain:
        too_old = catalogue_guards.version(plain.info.server_version)
    return too_old or [*catalogue_guards.app_role(_ask), *catalogue_guards.walls(_ask), *_unmigrated()]


def _ask(query: str) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _unmigrated() -> list[str]:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - loads every migration: start-up only

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return []
    return [f"{len(missing)} migrations are not applied (first: {missing[0][0]}). Run: casefy migrate"]
