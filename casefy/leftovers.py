"""Processes that outlived a supervisor which was killed the hard way: found again by pid, birth and command, and ended."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path


def _identity(pid: int) -> str:
    """Birth and command of a process: tells it from a later one that got the same number. Empty when it is gone."""
    listing = subprocess.run(["ps", "-o", "lstart=,command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout.strip()


def remember(path: Path, pids: Iterable[int]) -> None:
    """Note the children that run now."""
    path.write_text(json.dumps({str(pid): _identity(pid) for pid in pids}))


def end(path: Path) -> int:
    """End the noted processes that still run, with their own children; says how many. The caller holds the home's lock."""
    try:
        noted: dict[str, str] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    alive = [int(pid) for pid, identity in noted.items() if identity and _identity(int(pid)) == identity]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        deadline = time.monotonic() + 5
        while number == signal.SIGTERM and time.monotonic() < deadline and any(_identity(pid) for pid in alive):
            time.sleep(0.1)
    path.unlink(missing_ok=True)
    return len(alive)
