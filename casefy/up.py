"""`casefy up`: everything on one machine, from an empty folder to a product that answers."""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from casefy import env, fingerprint, leftovers
from casefy.embedded import home as embedded_home
from casefy.embedded.errors import CannotStart
from casefy.embedded.ports import free_port, is_free
from casefy.embedded.services import Services, in_use, locked, services
from casefy.processes import PROCESSES
from casefy.progress import step
from casefy.supervisor import Child, Supervisor

NEEDED_MEGABYTES = 400
READY_WITHIN = 120.0  # seconds


def run(words: list[str]) -> None:
    """Start everything, print the address when it answers, stop everything on Ctrl-C. Raises CannotStart."""
    argparse.ArgumentParser(prog="casefy up", description=__doc__).parse_args(words)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    home = env.home()
    began = time.monotonic()
    with _alone(home):
        _check_room(home)
        if leftovers.end(home / "children.json"):
            print("  ✓ Ended what was left of a start that was killed")  # noqa: T201
        ports = _ports()
        try:
            with _database(home) as environment:
                _serve(home, {**os.environ, **environment, **ports}, began)
        except KeyboardInterrupt:
            pass
    print("Stopped.")  # noqa: T201


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The folder {home} cannot be made: {error.strerror}. Choose another with CASEFY_HOME.") from error
    with locked(home / "up.lock", wait=False) as mine:
        if not mine:
            raise CannotStart(f"It already runs in {home}{_where(home)}. Stop it there with Ctrl-C, or set CASEFY_HOME to another folder.")
        yield
        (home / "up.json").unlink(missing_ok=True)


def _where(home: Path) -> str:
    try:
        noted = json.loads((home / "up.json").read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return f", at {noted['url']} (process {noted['pid']})"


def _check_room(home: Path) -> None:
    free = shutil.disk_usage(home).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise CannotStart(f"The disk is full: {free} MB are free in {home}, {NEEDED_MEGABYTES} MB are needed. Make room or set CASEFY_HOME.")


def _ports() -> dict[str, str]:
    port = _port("CASEFY_PORT", 8000)
    bind = os.environ.get("CASEFY_BIND") or "127.0.0.1"
    if not is_free(port, bind):
        raise CannotStart(f"Port {port} is taken by another program. Choose another, for example: make up CASEFY_PORT={port + 10}")
    live = _port("CASEFY_LIVE_PORT", port + 1 if is_free(port + 1, bind) else free_port())
    if not is_free(live, bind):
        raise CannotStart(f"Port {live} (live updates) is taken by another program. Choose another with CASEFY_LIVE_PORT.")
    defaults = {"CASEFY_PUBLIC_URL": f"http://127.0.0.1:{port}", "CASEFY_LIVE_URL": f"http://127.0.0.1:{live}"}
    given = {name: os.environ.get(name) or value for name, value in defaults.items()}
    return {"CASEFY_PORT": str(port), "CASEFY_LIVE_PORT": str(live), **given}


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"{name} must be a number between 1 and 65535, not “{text}”.")
    return int(text)


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
        _migrate(found)
        yield {name: value for name, value in embedded_home.addresses(found).items() if name != "OWNER_DATABASE_URL"}


def _migrate(found: Services) -> None:
    """Migrate as the owner, unless the database says that it is of these very migrations; give a new one its demo."""
    wanted = f"migrations {fingerprint.migrations()}"
    with psycopg.connect(found.postgres.dsn(embedded_home.DATABASE), autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        environment = {**os.environ, **embedded_home.addresses(found)}
        if row is None or row[0] != wanted:
            with step("Database tables"):
                _command(["migrate", "--verbosity", "0"], environment)
            statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(embedded_home.DATABASE), sql.Literal(wanted))
            connection.execute(statement)
        has_demo = any(env.ROOT.glob("*/management/commands/demo.py"))
        if has_demo and connection.execute("SELECT EXISTS (SELECT FROM tenants_organization)").fetchone() == (False,):
            with step("Demo organization"):
                _command(["demo"], environment)


def _command(words: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "casefy", *words], env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"“casefy {' '.join(words)}” failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")


def _serve(home: Path, environment: Mapping[str, str], began: float) -> None:
    environment = {**environment, "PYTHONUNBUFFERED": "1", "CASEFY_HOME": str(home)}
    (home / "static").mkdir(exist_ok=True)
    # One check for all four, beside their start: it is as slow as they are, and it stops them when it fails.
    children = [Child(process.name, [sys.executable, "-m", "casefy", process.name]) for process in PROCESSES]
    supervisor = Supervisor(children, {**environment, "CASEFY_CHECKED": "1"})
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.stop)
    supervisor.on_start = lambda: leftovers.remember(home / "children.json", supervisor.pids)
    supervisor.start()
    _note(home, environment)
    faults: list[str] = []
    threading.Thread(target=_check_and_greet, args=(supervisor, home, environment, began, faults), daemon=True).start()
    supervisor.run()
    (home / "children.json").unlink(missing_ok=True)
    if faults:
        raise CannotStart("\n".join(faults))


def _check_and_greet(
    supervisor: Supervisor, home: Path, environment: Mapping[str, str], began: float, faults: list[str]
) -> None:
    try:
        _command(["check"], environment)
    except CannotStart as fault:
        faults.append(str(fault))
        supervisor.stop()
        return
    _greet(supervisor, home, environment, began)


def _note(home: Path, environment: Mapping[str, str]) -> None:
    url = environment["CASEFY_PUBLIC_URL"]
    (home / "up.json").write_text(json.dumps({"pid": os.getpid(), "url": url}))
    if not os.environ.get("DATABASE_URL"):
        more = {name: environment[name] for name in ("CASEFY_PUBLIC_URL", "CASEFY_LIVE_URL")}
        embedded_home.write_environment(services(home), more)


def _greet(supervisor: Supervisor, home: Path, environment: Mapping[str, str], began: float) -> None:
    """Wait until the product says that all its parts are well, then say where it is."""
    url = f"http://127.0.0.1:{environment['CASEFY_PORT']}/readyz"
    with step("Web, live updates, worker, beat"):
        missing = _wait_for(url, supervisor)
    if supervisor.is_stopping:
        return
    if missing:
        supervisor.say(f"\nCaseFy runs at {environment['CASEFY_PUBLIC_URL']}, but not all of it is well: {missing}\nStop with Ctrl-C.\n")
        return
    lines = [f"\nCaseFy is ready:  {environment['CASEFY_PUBLIC_URL']}   ({time.monotonic() - began:.1f} s)"]
    with contextlib.suppress(FileNotFoundError):
        lines += [f"Demo login:       {line}" for line in (home / "demo-login").read_text().splitlines() if line]
    supervisor.say("\n".join([*lines, "Stop with Ctrl-C.\n"]))


def _wait_for(url: str, supervisor: Supervisor) -> str:
    deadline = time.monotonic() + READY_WITHIN
    missing = "not asked yet"
    while missing and not supervisor.is_stopping and time.monotonic() < deadline:
        missing = _what_is_missing(url)
        time.sleep(0.2 if missing else 0)
    return missing


def _what_is_missing(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - our own address
            return "" if answer.status == 200 else f"{url} answers {answer.status}"
    except urllib.error.HTTPError as answer:
        return answer.read().decode(errors="replace")
    except OSError as error:
        return str(error)
