"""Keeps the embedded servers up while the product runs on them: one that ends is started again, where it was."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from casefy.embedded.errors import CannotStart
from casefy.embedded.postgres import Postgres
from casefy.embedded.services import Services, locked
from casefy.embedded.valkey import Valkey

EVERY = 0.5  # seconds between two looks
CALM = 60.0  # seconds after which a server that ends again is started as patiently as the first time
ATTEMPTS = 6  # in a row, with 0, 1, 2, 4, 8 and 15 seconds before them
FULL = 30_000_000  # bytes: where fewer are free, that is why


@dataclass(slots=True)
class Guarded:
    """One server: where it has to be found, and how often it had to be started lately."""

    name: str
    server: Postgres | Valkey
    port: int
    pid: int | None
    attempts: int = 0
    since: float = field(default_factory=time.monotonic)  # it was started, well or in vain
    reason: str = ""

    @property
    def pause(self) -> int:
        """Seconds before the next attempt."""
        return min(2 ** (self.attempts - 2), 15) if self.attempts > 1 else 0


def keep_up(found: Services, say: Callable[[str], None], told_to_stop: Callable[[float], bool]) -> None:
    """Watch both servers until told to stop. Raises CannotStart when one cannot be kept up.

    `told_to_stop` waits as many seconds as it is given, and returns whether that is so.
    """
    servers: dict[str, Postgres | Valkey] = {"Postgres": found.postgres, "Valkey": found.valkey}
    guarded = [Guarded(name, server, server.port(), server.pid()) for name, server in servers.items()]
    while not told_to_stop(EVERY):
        for one in guarded:
            if not _is_alive(one.pid):
                _start_again(one, found.home, say, told_to_stop)


def _start_again(
    one: Guarded, home: Path, say: Callable[[str], None], told_to_stop: Callable[[float], bool]
) -> None:
    one.attempts = 1 if time.monotonic() - one.since > CALM else one.attempts + 1
    if one.attempts > ATTEMPTS:
        raise CannotStart(_farewell(one))
    say(f"{one.name} has ended. It is started again" + (f" in {one.pause} s" if one.pause else ""))
    if told_to_stop(one.pause):
        return
    began = time.monotonic()
    try:
        with locked(home / "start.lock"):
            if not one.server.is_running():  # another command may have needed it, and was first
                one.server.start_again(one.port)
        one.pid = one.server.pid()
    except (CannotStart, OSError) as fault:
        one.reason = str(fault)
    one.since = time.monotonic()
    if _is_alive(one.pid):
        say(f"{one.name} runs again ({one.since - began:.1f} s)")


def _farewell(one: Guarded) -> str:
    folder = one.server.data if isinstance(one.server, Postgres) else one.server.folder
    with suppress(OSError):
        if shutil.disk_usage(folder).free < FULL:
            return f"{one.name} has ended, because the disk of {folder} is full. Make room, then start again."
    return (
        f"{one.name} has ended, and {ATTEMPTS} attempts to start it again were in vain. {one.reason}".strip()
    )


def _is_alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs as another account
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True  # no such files on this system, whose first process lets nobody linger
    return state != "Z"
