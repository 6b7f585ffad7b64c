"""The Postgres and Valkey that tests run on: shared by all workers of a run, started on demand, cached between runs."""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from casefy.embedded.postgres import FORGETFUL
from casefy.embedded.services import Services, locked, services

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CASEFY_TEST_HOME") or ROOT / ".casefy" / "test").absolute()
_held: list[object] = []  # this run's claim on the services: dropped by the kernel when the process ends


@cache
def running() -> Services:
    """The services, started when they are not. The last run to leave stops them (`release`)."""
    claim = _claim()
    found = services(HOME, FORGETFUL)
    with locked(HOME / "start.lock"):
        found.start()
    _held.append(claim)
    return found


def _claim() -> object:
    HOME.mkdir(parents=True, exist_ok=True)
    file = (HOME / "in-use.lock").open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def release() -> None:
    """Stop the services unless another run uses them."""
    if not _held or os.environ.get("CASEFY_TEST_KEEP"):
        return
    file = _held.pop()
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
        running().stop()
    file.close()  # type: ignore[attr-defined]


def superuser(database: str = "postgres") -> psycopg.Connection:
    """An autocommit connection as the superuser of the test server."""
    return psycopg.connect(running().postgres.dsn(database), autocommit=True)


def template() -> str:
    """The name of a database with all migrations applied, made once per state of the migrations."""
    name = f"casefy_template_{_fingerprint()}"
    with locked(HOME / "template.lock"), superuser() as connection:
        known = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'casefy\\_template\\_%'").fetchall()
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
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"], capture_output=True, text=True, check=False,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_AS_OWNER": "1",
             "OWNER_DATABASE_URL": running().address("casefy_owner", draft)},
    )
    with superuser() as connection:
        if done.returncode:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(draft)))
            raise RuntimeError(f"The migrations fail:\n{done.stdout}\n{done.stderr}")
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _fingerprint() -> str:
    digest = hashlib.sha256()
    patterns = ("*/migrations/*.py", "*/**/*.sql", "tenants/postgres/*.py", "tenants/rls.py", "casefy/bootstrap.py", "requirements/*.txt")
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if not path.relative_to(ROOT).parts[0].startswith((".", "node_modules", "static")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


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
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'casefy\\_t\\_%'").fetchall()
        for (name,) in names:
            if not Path(f"/proc/{name.split('_')[2]}").exists() and Path("/proc").exists():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def valkey_database() -> int:
    """A numbered Valkey database of this worker's own, empty."""
    with redis.Redis.from_url(running().valkey.url()) as client:
        number = int(client.incr("casefy:test:database")) % 500 + 1
    with redis.Redis.from_url(running().valkey.url(number)) as client:
        client.flushdb()
    return number
