"""`docker compose up` on a new machine, as far as it goes without containers: its steps, its order, its environment."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from bench import installed
from casefy.bootstrap import DEFINER_SCHEMAS, LOGIN_ROLES
from casefy.embedded.ports import free_port
from casefy.embedded.services import in_use, services
from casefy.env import ROOT
from tests.running.test_containers import SERVICES

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]

VARIABLE = re.compile(r"\$\{(\w+)(?::-(.*?)|:\?)\}")


class Machine:
    """A new Postgres and a new Valkey where compose has its own, and what an operator wrote into `.env`."""

    def __init__(self, found, home: Path) -> None:
        secrets = found.secrets
        self.written = {
            "SECRET_KEY": "k" * 64,
            "POSTGRES_PASSWORD": secrets["postgres"],
            "VALKEY_PASSWORD": secrets["valkey"],
            "OWNER_PASSWORD": "owner0",
            "APP_PASSWORD": "app0",
        }
        self.addresses = {
            "@postgres:5432": f"@127.0.0.1:{found.postgres.port()}",
            "@valkey:6379": f"@127.0.0.1:{found.valkey.port()}",
        }
        self.home, self.ports = home, {"CASEFY_PORT": str(free_port()), "CASEFY_LIVE_PORT": str(free_port())}

    def environment(self, name: str) -> dict[str, str]:
        """What a container is started with, and what stands for its image."""
        image = {
            "PATH": os.environ["PATH"],
            "CASEFY_HOME": str(self.home),
            **self.ports,
            **installed.environment(),
        }
        return {**image, **{key: self._filled(value) for key, value in SERVICES[name]["environment"].items()}}

    def _filled(self, value: str) -> str:
        text = VARIABLE.sub(lambda found: self.written.get(found[1]) or found[2] or "", value)
        for ours, here in self.addresses.items():
            text = text.replace(ours, here)
        return text

    @contextmanager
    def running(self, name: str):
        """A container's process."""
        command = [sys.executable, "-m", *SERVICES[name]["command"]]
        with subprocess.Popen(command, env=self.environment(name), cwd=ROOT) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.wait(30)

    def is_well(self, name: str) -> bool:
        """Whether its health check says so."""
        _, python, *words = SERVICES[name]["healthcheck"]["test"]
        assert python == "python"
        return not subprocess.run(
            [sys.executable, *words], env=self.environment(name), cwd=ROOT, capture_output=True, check=False
        ).returncode


@pytest.fixture
def machine():
    folder = Path(tempfile.mkdtemp(prefix="casefy-compose-"))
    folder.chmod(0o755)
    with in_use(services(folder / "servers")) as found:
        with psycopg.connect(found.postgres.dsn(), autocommit=True) as superuser:
            for role in (*LOGIN_ROLES, *DEFINER_SCHEMAS.values()):
                superuser.execute(f"DROP ROLE {role}")
        yield Machine(found, folder / "nothing-is-written-here")
    shutil.rmtree(folder)


def test_the_migration_prepares_a_new_server_and_each_container_becomes_well(machine):
    with machine.running("migrate") as migration:
        assert migration.wait(120) == 0
    with ExitStack() as stack:
        names = ("web", "live", "worker", "beat")
        processes = [stack.enter_context(machine.running(name)) for name in names]
        waiting, end = set(names), time.monotonic() + 180
        while waiting:
            assert time.monotonic() < end, f"not well: {waiting}"
            assert [process.poll() for process in processes] == [None] * 4
            waiting = {name for name in waiting if not machine.is_well(name)}
        with urllib.request.urlopen(
            f"http://127.0.0.1:{machine.ports['CASEFY_PORT']}/readyz", timeout=20
        ) as answer:
            assert answer.status == 200
    assert not machine.home.exists(), "a container can write nothing but /tmp"
