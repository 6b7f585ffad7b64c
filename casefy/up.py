"""`casefy up`: everything on one machine, from an empty folder to a product that answers."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from casefy import env, fingerprint, greeting, leftovers, preconditions
from casefy.embedded import guard
from casefy.embedded import home as embedded_home
from casefy.embedded.errors import CannotStart
from casefy.embedded.services import Services, in_use, services
from casefy.processes import PROCESSES
from casefy.progress import step
from casefy.supervisor import Child, Supervisor


def run(words: list[str]) -> None:
    """Start everything, print the address when it answers, stop everything on Ctrl-C. Raises CannotStart."""
    argparse.ArgumentParser(prog="casefy up", description=__doc__).parse_args(words)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    home, began = env.home(), time.monotonic()
    with preconditions.alone(home):
        preconditions.check_room(home)
        if leftovers.end(home / "children.json"):
            print("  ✓ Ended what was left of a start that was killed")
        ports = preconditions.ports()
        with contextlib.suppress(KeyboardInterrupt), _database(home) as environment:
            _serve(home, {**os.environ, **environment, **ports}, began)
    print("Stopped.")


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _database(home: Path) -> Iterator[Mapping[str, str]]:
    """The environment of a migrated database: the configured one, or the embedded one, running for the block."""
    if os.environ.get("DATABASE_URL"):
        yield {}
        return
    found = services(home)
    with contextlib.ExitStack() as stack:
        with step("Postgres and Valkey"):
            stack.enter_context(in_use(found))
            found.make_database(embedded_home.DATABASE)
        _bring_up_to_date(found)
        addresses = embedded_home.addresses(found)
        yield {name: value for name, value in addresses.items() if name != "OWNER_DATABASE_URL"}


def _bring_up_to_date(found: Services) -> None:
    """Migrate as the owner, unless the database says that it is of these very migrations; give a new one its demo."""
    wanted = f"migrations {fingerprint.migrations()}"
    environment = {**os.environ, **embedded_home.addresses(found), "CASEFY_HOME": str(found.home)}
    with psycopg.connect(found.postgres.dsn(embedded_home.DATABASE), autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        if row is None or row[0] != wanted:
            with step("Database tables"):
                _command(["migrate", "--verbosity", "0"], environment)
            name, comment = sql.Identifier(embedded_home.DATABASE), sql.Literal(wanted)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, comment))
        if connection.execute("SELECT EXISTS (SELECT FROM tenants_organization)").fetchone() == (False,):
            with step("Demo organization"):
                _command(["demo"], environment)


def _command(words: list[str], environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "casefy", *words]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-3000:]
        raise CannotStart(f"“casefy {' '.join(words)}” failed:\n{said}")


def _serve(home: Path, environment: Mapping[str, str], began: float) -> None:
    environment = {**environment, "PYTHONUNBUFFERED": "1", "CASEFY_HOME": str(home)}
    (home / "static").mkdir(exist_ok=True)
    # One check for all four, beside their start: it is as slow as they are, and it stops them when it fails.
    children = [Child(process.name, [sys.executable, "-m", "casefy", process.name]) for process in PROCESSES]
    supervisor = Supervisor(children, {**environment, "CASEFY_CHECKED": "1"})
    supervisor.on_start = lambda: leftovers.remember(home / "children.json", supervisor.pids)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    supervisor.start()
    _note(home, environment)
    faults: list[str] = []
    threading.Thread(
        target=_check_and_greet, args=(supervisor, home, environment, began, faults), daemon=True
    ).start()
    with _guarded(supervisor, home, faults):
        supervisor.run()
    (home / "children.json").unlink(missing_ok=True)
    if faults:
        raise CannotStart("\n".join(faults))


@contextlib.contextmanager
def _guarded(supervisor: Supervisor, home: Path, faults: list[str]) -> Iterator[None]:
    """Keep the embedded services up for the block; what they cannot be without ends it."""

    def keep() -> None:
        try:
            guard.keep_up(
                services(home),
                lambda said: supervisor.say(f"{'up':>6} | {said}"),
                supervisor.is_stopping_within,
            )
        except CannotStart as fault:
            faults.append(str(fault))
            supervisor.stop()

    thread = threading.Thread(target=keep, daemon=True)
    if not os.environ.get("DATABASE_URL"):
        thread.start()
    yield
    if thread.ident:
        thread.join()


def _check_and_greet(
    supervisor: Supervisor, home: Path, environment: Mapping[str, str], began: float, faults: list[str]
) -> None:
    try:
        with step("Web, live updates, worker, beat"):
            _command(["check"], environment)
            missing = greeting.wait(supervisor, environment)
    except CannotStart as fault:
        faults.append(str(fault))
        supervisor.stop()
        return
    greeting.greet(supervisor, home, environment, began, missing)


def _note(home: Path, environment: Mapping[str, str]) -> None:
    """Leave where we are for a second start and, with embedded services, for other commands."""
    note = {"pid": os.getpid(), "url": environment["CASEFY_PUBLIC_URL"]}
    (home / "up.json").write_text(json.dumps(note))
    if not os.environ.get("DATABASE_URL"):
        more = {name: environment[name] for name in ("CASEFY_PUBLIC_URL", "CASEFY_LIVE_URL")}
        embedded_home.write_environment(services(home), more)
