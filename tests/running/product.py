"""Runs the real `casefy up` for tests: its own home, its own ports, and a clean environment."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench import installed
from casefy.embedded.ports import free_port

OURS = (
    "DATABASE_URL",
    "OWNER_DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "SUPERUSER_DATABASE_URL",
)


def environment(home: Path, port: int | None = None) -> dict[str, str]:
    """What a user's shell has: nothing of the tests' own services and packages."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(("CASEFY_", "PYTEST"))
    }
    number = port or free_port()
    return {
        **kept,
        **installed.environment(),
        "CASEFY_HOME": str(home),
        "CASEFY_PORT": str(number),
        "CASEFY_LIVE_PORT": str(free_port()),
        "CASEFY_WEB_WORKERS": "1",
        "CASEFY_WORKER_CHILDREN": "1",
    }


def casefy(*words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one `casefy` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "casefy", *words],
        env={**environment(home), **more},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Up:
    """One running `casefy up`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = environment(home)
        self.url = f"http://127.0.0.1:{self.environment['CASEFY_PORT']}"
        self.lines: list[str] = []
        self.process: subprocess.Popen[str]

    def start(self) -> float:
        """Start and wait until it says it is ready; returns the seconds that took."""
        began = time.monotonic()
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "casefy", "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        while not any(line.startswith("CaseFy is ready") for line in self.lines):
            assert self.process.poll() is None, f"casefy up ended:\n{self.output}"
            assert time.monotonic() - began < 240, f"casefy up is not ready:\n{self.output}"
            time.sleep(0.1)
        return time.monotonic() - began

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as stream:
            self.lines.extend(stream)

    @property
    def output(self) -> str:
        """Everything said so far."""
        return "".join(self.lines)

    def readiness(self) -> int:
        """The status of `/readyz`: 200 where every part is well, 503 where one is not."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code

    def interrupt(self) -> int:
        """Press Ctrl-C and wait; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join(10)
        return code

    def kill(self) -> None:
        """Pull the plug on the supervisor alone."""
        self.process.kill()
        self.process.wait(10)


def processes_of(home: Path) -> list[str]:
    """Command lines of running processes that belong to this home."""
    listing = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,stat=,command="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in listing.splitlines() if str(home) in line and " Z" not in line[:14]]
