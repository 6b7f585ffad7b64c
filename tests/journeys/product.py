"""The real product for browser journeys: its own database, its own processes, started by its own commands."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.db import connections
from django.db.utils import load_backend

from casefy.embedded.ports import free_port
from tests import services

READY_WITHIN = 180.0


class Product:
    """Web, live updates, worker and beat on the test services. `do` runs an act in the product's database."""

    def __init__(self, home: Path, blocker) -> None:
        self.home = home
        self.mails = home / "mails"
        self.mails.mkdir(parents=True)
        self.database = services.new_database("journeys")
        self.port, self.live_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.live_url = f"http://127.0.0.1:{self.live_port}"
        self._blocker = blocker
        # Acts run in a thread of their own: its connection leads to the product's database, and
        # the main thread's loop (the browser's) does not stand in their way.
        self._thread = ThreadPoolExecutor(1, "acting", initializer=self._connect)
        self._processes: dict[str, subprocess.Popen] = {}

    def environment(self) -> dict[str, str]:
        """What the processes find in their environment."""
        running = services.running()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("CASEFY_", "PYTEST"))
        }
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "casefy.settings",
            "DATABASE_URL": running.address("casefy_app", self.database),
            "REDIS_URL": running.valkey.url(services.valkey_database()),
            "SECRET_KEY": "only-for-journeys-0123456789-0123456789-0123456789",
            "EMAIL_URL": f"filemail:///{self.mails}",
            "CASEFY_HOME": str(self.home),
            "CASEFY_PORT": str(self.port),
            "CASEFY_LIVE_PORT": str(self.live_port),
            "CASEFY_PUBLIC_URL": self.url,
            "CASEFY_LIVE_URL": self.live_url,
            "CASEFY_WEB_WORKERS": "1",
            "CASEFY_WORKER_CHILDREN": "1",
        }

    def start(self) -> None:
        """Start every process and wait until the product says it is ready."""
        environment = self.environment()
        for name in ("web", "live", "worker", "beat"):
            log = (self.home / f"{name}.log").open("wb")
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "casefy", name],
                env=environment,
                cwd=services.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            log.close()
        self._wait()

    def _wait(self) -> None:
        deadline, why = time.monotonic() + READY_WITHIN, "nothing answers"
        while time.monotonic() < deadline:
            for name, process in self._processes.items():
                assert process.poll() is None, f"casefy {name} ended:\n{self.log(name)}"
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    answer.read()
                    return
            except urllib.error.HTTPError as error:
                with error:
                    why = error.read().decode()
            except OSError as error:
                why = str(error)
            time.sleep(0.2)
        raise AssertionError(f"The product is not ready: {why}\n{self.log('web')}")

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self.home / f"{name}.log").read_text(errors="replace")[-4000:]

    def do(self, act):
        """Run something that needs the database, such as an act, and return what it returns."""
        with self._blocker.unblock():
            return self._thread.submit(act).result(60)

    def stop(self) -> None:
        """End the processes that were started here, and drop their database."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.do(connections.close_all)
        self._thread.shutdown()
        services.drop_database(self.database)

    def _connect(self) -> None:
        settings = {**connections.settings["default"], "NAME": self.database}
        connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
