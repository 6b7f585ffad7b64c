"""Both embedded services of one home, as one thing: start, addresses, stop."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from casefy import bootstrap
from casefy.embedded import places
from casefy.embedded.postgres import Postgres, new_password
from casefy.embedded.valkey import Valkey

SECRETS = ("postgres", "casefy_owner", "casefy_app", "valkey", "secret_key")


@dataclass(frozen=True, slots=True)
class Services:
    """The pair of servers and the secrets made for them once."""

    home: Path
    postgres: Postgres
    valkey: Valkey
    secrets: Mapping[str, str]

    def start(self) -> None:
        """Start both (nothing happens to one that runs) and prepare roles. Raises CannotStart."""
        self.postgres.start()
        self.valkey.start()
        with psycopg.connect(self.postgres.dsn(), autocommit=True) as connection:
            bootstrap.create_roles(connection, {role: self.secrets[role] for role in bootstrap.LOGIN_ROLES})

    def make_database(self, name: str) -> None:
        """Make the database and what a superuser prepares in it."""
        with psycopg.connect(self.postgres.dsn(), autocommit=True) as connection:
            bootstrap.create_database(connection, name)
        with psycopg.connect(self.postgres.dsn(name)) as connection:
            bootstrap.prepare_database(connection)

    def address(self, role: str, database: str) -> str:
        """The URL under which a role reaches a database."""
        return f"postgres://{role}:{self.secrets[role]}@127.0.0.1:{self.postgres.port()}/{database}"

    def stop(self) -> None:
        """Stop both."""
        self.valkey.stop()
        self.postgres.stop()


def services(home: Path, settings: Mapping[str, str] | None = None) -> Services:
    """The services of this home, with secrets made on first use (mode 600)."""
    account = places.service_account()
    home.mkdir(parents=True, exist_ok=True)
    secrets = _secrets(home / "secrets.json")
    folder = places.data_folder(home, account, hashlib.sha256(secrets["postgres"].encode()).hexdigest()[:12])
    postgres = Postgres(folder / "postgres", secrets["postgres"], account, settings or {})
    return Services(home, postgres, Valkey(folder / "valkey", secrets["valkey"], account), secrets)


def _secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:  # noqa: PTH123 - born private
            json.dump({name: new_password() for name in SECRETS}, file)
        with suppress(FileExistsError):  # whoever is first wins
            os.link(draft, path)
        draft.unlink()
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded


@contextmanager
def in_use(found: Services) -> Iterator[Services]:
    """The services, running, for the length of the block. Whoever leaves last stops them."""
    with (found.home / "in-use.lock").open("a") as claim:
        fcntl.flock(claim, fcntl.LOCK_SH)  # waits only while somebody stops them
        with locked(found.home / "start.lock"):
            found.start()
        try:
            yield found
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.stop()


@contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a file lock; yields whether it was got. The kernel drops it with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
