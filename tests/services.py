"""The Postgres and Valkey that tests run on: shared by all workers of a run, started on demand, cached between runs."""

import contextlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from casefy import fingerprint
from casefy.embedded.postgres import FORGETFUL
from casefy.embedded.services import Services, in_use, locked, services

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CASEFY_TEST_HOME") or ROOT / ".casefy" / "test").absolute()
_claims = contextlib.ExitStack()


@cache
def running() -> Services:
    """The services, started when they are not. The last run to leave stops them (`release`)."""
    return _claims.enter_context(in_use(services(HOME, FORGETFUL)))


def release() -> None:
    """Stop the services unless another run uses them."""
    if not os.environ.get("CASEFY_TEST_KEEP"):
        _claims.close()


def superuser(database: str = "postgres") -> psycopg.Connection:
    """An autocommit connection as the superuser of the test server."""
    return psycopg.connect(running().postgres.dsn(database), autocommit=True)


def template() -> str:
    """The name of a database with all migrations applied, made once per state of the migrations."""
    name = f"casefy_template_{fingerprint.migrations()}"
    with locked(HOME / "template.lock"), superuser() as connection:
        known = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'casefy\\_template\\_%'"
        ).fetchall()
        if (name,) not in known:
            _migrate(name)
            for (other,) in known:
                with contextlib.suppress(psycopg.Error):  # in use by a run on another branch
                    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(other)))
    return name


def _migrate(name: str) -> None:
    draft = f"casefy_draft_{os.getpid()}"
    running().make_database(draft)
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "casefy.settings",
            "CASEFY_AS_OWNER": "1",
            "OWNER_DATABASE_URL": running().address("casefy_owner", draft),
        },
    )
    with superuser() as connection:
        if done.returncode:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(draft)))
            raise RuntimeError(f"The migrations fail:\n{done.stdout}\n{done.stderr}")
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
        )


def new_database(label: str) -> str:
    """A database of its own for this worker, copied from the template."""
    name, source = f"casefy_t_{os.getpid()}_{label}", template()
    with locked(HOME / "template.lock"), superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER casefy_owner STRATEGY FILE_COPY")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))
    return name


def drop_database(name: str) -> None:
    """Remove a worker's database, also one that a test still has a connection to."""
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_left_behind() -> None:
    """Remove databases of runs that were killed."""
    with superuser() as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'casefy\\_t\\_%'"
        ).fetchall()
        for (name,) in names:
            if not Path(f"/proc/{name.split('_')[2]}").exists() and Path("/proc").exists():
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )


def valkey_database() -> int:
    """A numbered Valkey database of this worker's own, empty."""
    with redis.Redis.from_url(running().valkey.url()) as client:
        number = int(client.incr("casefy:test:database")) % 500 + 1
    with redis.Redis.from_url(running().valkey.url(number)) as client:
        client.flushdb()
    return number
