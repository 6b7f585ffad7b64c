"""Where a measurement runs: a Postgres and a Valkey of its own, the product's processes beside the yardstick's."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from casefy import env
from casefy.embedded.ports import free_port
from casefy.embedded.services import Services, in_use, locked, services

PRODUCT, YARDSTICK = "casefy_bench", "casefy_yardstick"
# The product's own settings, and a counter of statements. 256 MB hold what 100,000 cases' pages touch.
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and its process."""

    name: str
    port: int
    process: subprocess.Popen[bytes]


def home() -> Path:
    """The folder of the measurement's services: `CASEFY_BENCH_HOME`, or `bench` in `CASEFY_HOME`."""
    return Path(os.environ.get("CASEFY_BENCH_HOME") or env.home() / "bench").absolute()


@contextmanager
def stage() -> Iterator[Services]:
    """The services with a new, migrated database. Everything is stopped at the end."""
    with locked(home() / "bench.lock", wait=False) as is_mine, in_use(services(home(), SETTINGS)) as found:
        if not is_mine:
            raise RuntimeError(f"Another measurement runs in {home()}: two would disturb each other.")
        with psycopg.connect(found.postgres.dsn(), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            for name in (PRODUCT, YARDSTICK):
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        found.make_database(PRODUCT)
        owner = {"CASEFY_AS_OWNER": "1", "OWNER_DATABASE_URL": found.address("casefy_owner", PRODUCT)}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0"],
            cwd=env.ROOT,
            env={**os.environ, **owner},
            check=True,
        )
        os.environ.update(environment(found))
        yield found


def environment(found: Services) -> dict[str, str]:
    """What the product is started with. The token's requests are counted as ever, but never refused."""
    return {
        "DJANGO_SETTINGS_MODULE": "casefy.settings",
        "DATABASE_URL": found.address("casefy_app", PRODUCT),
        "REDIS_URL": found.valkey.url(),
        "SECRET_KEY": found.secrets["secret_key"],
        "CASEFY_API_REQUESTS_PER_MINUTE": "1000000000",
        "CASEFY_CHECKED": "1",
        "CASEFY_LOG_LEVEL": "WARNING",
    }


def tidy(found: Services) -> None:
    """Let Postgres do now what it would do in the midst of a measurement: look at the new rows, write them down."""
    for name in (PRODUCT, YARDSTICK):
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(found.postgres.dsn(name), autocommit=True) as superuser,
        ):
            superuser.execute("VACUUM ANALYZE")
            superuser.execute("CHECKPOINT")


def own(name: str) -> list[str]:
    """The command of one of the product's processes, as `casefy up` and the containers start it."""
    return [sys.executable, "-m", "casefy", name]


@contextmanager
def started(name: str, command: list[str], more: Mapping[str, str], path: str = "") -> Iterator[Server]:
    """A process for the length of the block; where it serves (`path`), it answers before the block begins."""
    port = free_port()
    given = {**os.environ, **more, "CASEFY_PORT": str(port), "CASEFY_LIVE_PORT": str(port)}
    arguments = [part.replace("{port}", str(port)) for part in command]
    process = subprocess.Popen(
        arguments, env=given, cwd=env.ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        if path:
            _wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield Server(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError:
            return  # it answers, if only with a refusal
        except OSError as error:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{url} does not answer: {error}") from error
            time.sleep(0.1)
        else:
            return
