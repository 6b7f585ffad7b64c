"""Postgres and Valkey of one test's own, and the product's processes on them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from bench.meter import descendants
from casefy.embedded.postgres import _program
from casefy.embedded.services import Services, services
from tests.durability.observer.subscribers import TABLE

ROOT = Path(__file__).parents[2]
DATABASE = "durable"


class Place:
    """Postgres and Valkey of their own, and the product's processes on them."""

    def __init__(self, found: Services, folder: Path) -> None:
        self.services, self.folder = found, folder
        self.running: dict[str, subprocess.Popen] = {}
        self.log = (folder / "processes.log").open("ab")

    @property
    def environment(self) -> dict[str, str]:
        """What the product's processes are told; the database's port is another after each start."""
        found = self.services
        return {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tests.durability.settings", "SECRET_KEY": "x" * 50,
            "CASEFY_CHECKED": "1", "DATABASE_URL": found.address("casefy_app", DATABASE),
            "OWNER_DATABASE_URL": found.address("casefy_owner", DATABASE),
            "REDIS_URL": found.valkey.url(), "CASEFY_HOME": str(self.folder), "CASEFY_POOL_SIZE": "4",
        }  # fmt: skip

    def make_database(self) -> None:
        """The product's tables, and the one its observer writes to."""
        self.services.make_database(DATABASE)
        migrating = {"DJANGO_SETTINGS_MODULE": "casefy.settings", "CASEFY_AS_OWNER": "1"}
        self.tell("manage.py", "migrate", "--verbosity=0", **migrating)
        with self.superuser() as connection:
            connection.execute(TABLE)

    def start(self, name: str, *command: str) -> None:
        """Start a process under a name; it ends with the test."""
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def tell(self, *command: str, **more: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.services.postgres.dsn(DATABASE), autocommit=True)

    def kill_a_child(self) -> None:
        """SIGKILL one of the worker's children, in the middle of whatever it does."""
        children = descendants(self.running["worker"].pid)[1:]
        assert children, "the worker has no children yet"
        os.kill(children[-1], signal.SIGKILL)

    def kill_the_worker(self) -> None:
        """SIGKILL the worker and its children; a supervisor would start another."""
        os.killpg(self.running["worker"].pid, signal.SIGKILL)
        self.running["worker"].wait()
        self.start("worker", "casefy", "worker")

    def flush(self) -> None:
        """Valkey forgets everything: messages, marks, cache."""
        with redis.Redis.from_url(self.services.valkey.url()) as client:
            client.flushall()

    def pull_the_plug(self) -> None:
        """Postgres stops at once, as in a power cut, and starts again at the same address."""
        postgres = self.services.postgres
        where = ["-D", postgres.data, "-l", postgres.log]
        command = [
            _program("pg_ctl", postgres.account),
            *where,
            "-m",
            "immediate",
            "-w",
            "-t",
            "60",
            "restart",
        ]
        done = postgres._run(command)
        assert done.returncode == 0, done.stderr

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()


@contextmanager
def running() -> Iterator[Place]:
    """Services of their own without a database in them, for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="casefy-durable-"))
    folder.chmod(0o755)
    found = services(folder, {"fsync": "off"})  # a killed server loses nothing of what the kernel has
    found.start()
    made = Place(found, folder)
    try:
        yield made
    finally:
        made.stop()
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(is_so: Callable[[], bool], seconds: float, complaint: str) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, complaint
        time.sleep(0.2)
