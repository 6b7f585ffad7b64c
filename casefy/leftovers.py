"""Processes that outlived a supervisor which was killed the hard way: found again by group and birth, and ended."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Running:
    """One line of `ps`."""

    pid: int
    group: int
    born: str
    command: str


def _running() -> list[Running]:
    listing = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,pgid=,stat=,lstart=,command="],
        capture_output=True,
        text=True,
        check=True,
    )
    fields = (line.split(None, 8) for line in listing.stdout.splitlines())
    return [
        Running(int(f[0]), int(f[1]), " ".join(f[3:8]), f[8])
        for f in fields
        if len(f) == 9 and not f[2].startswith("Z")
    ]


def remember(path: Path, pids: Iterable[int]) -> None:
    """Note the children that run now; each leads a process group of its own."""
    wanted = set(pids)
    path.write_text(json.dumps({str(found.pid): found.born for found in _running() if found.pid in wanted}))


def end(path: Path) -> int:
    """End what still runs of the noted children and of their own children; says how many groups there were."""
    try:
        noted: dict[str, str] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    groups = _left(noted)
    _signal(groups, signal.SIGTERM)
    deadline = time.monotonic() + 5
    while _left(noted) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal(_left(noted), signal.SIGKILL)
    path.unlink(missing_ok=True)
    return len(groups)


def _left(noted: dict[str, str]) -> list[int]:
    """The noted groups that still have members.

    The number of a group is not given away while it has members, so a group is ours when its leader was born at the
    noted time, or has gone while a member with our name lives on.
    """
    running = _running()
    leaders = {found.pid: found.born for found in running if str(found.pid) in noted}
    named = {found.group for found in running if "casefy" in found.command}
    ours = (int(pid) for pid, born in noted.items() if leaders.get(int(pid), born) == born)
    return [pid for pid in ours if pid in leaders or pid in named]


def _signal(groups: Iterable[int], number: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
