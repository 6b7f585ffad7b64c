"""What must be so before `casefy up` touches anything; each refusal is one sentence with a remedy."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from casefy.embedded import places
from casefy.embedded.errors import CannotStart
from casefy.embedded.ports import free_port, is_free
from casefy.embedded.services import locked

NEEDED_MEGABYTES = 400


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home for ourselves. Raises CannotStart when another `casefy up` has it, or it cannot be made."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        holding = locked(home / "up.lock", wait=False)
        mine = holding.__enter__()
    except OSError as error:
        raise CannotStart(
            f"The folder {home} cannot be made or written: {error.strerror}. Choose another with CASEFY_HOME."
        ) from error
    with contextlib.ExitStack() as stack:
        stack.push(holding)
        if not mine:
            raise CannotStart(
                f"It already runs in {home}{_where(home)}. "
                "Stop it there with Ctrl-C, or set CASEFY_HOME to another folder."
            )
        yield
        (home / "up.json").unlink(missing_ok=True)


def _where(home: Path) -> str:
    try:
        noted = json.loads((home / "up.json").read_text())
    except (FileNotFoundError, ValueError):
        return ""
    return f", at {noted['url']} (process {noted['pid']})"


def check_room(home: Path) -> None:
    """Refuse a disk without room for a database, wherever its files go."""
    # Where root's services keep their data outside of the home, that disk counts too.
    existing = next(folder for folder in (places.SHARED, *places.SHARED.parents) if folder.exists())
    for folder in {home, existing if os.geteuid() == 0 else home}:
        free = shutil.disk_usage(folder).free // 1_000_000
        if free < NEEDED_MEGABYTES:
            raise CannotStart(
                f"The disk is full: {free} MB are free in {folder}, {NEEDED_MEGABYTES} MB are needed. "
                "Make room or set CASEFY_HOME to a folder on another disk."
            )


def ports() -> dict[str, str]:
    """Ports and addresses for web and live updates, from the environment or free ones."""
    port = _number("CASEFY_PORT", 8000)
    bind = os.environ.get("CASEFY_BIND") or "127.0.0.1"
    if not is_free(port, bind):
        raise CannotStart(
            f"Port {port} is taken by another program. "
            f"Choose another, for example: make up CASEFY_PORT={port + 10 if port < 65525 else 8010}"
        )
    live = _number("CASEFY_LIVE_PORT", port + 1 if port < 65535 and is_free(port + 1, bind) else free_port())
    if not is_free(live, bind):
        raise CannotStart(
            f"Port {live} (live updates) is taken by another program. Choose another with CASEFY_LIVE_PORT."
        )
    defaults = {
        "CASEFY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CASEFY_LIVE_URL": f"http://127.0.0.1:{live}",
    }
    given = {name: os.environ.get(name) or value for name, value in defaults.items()}
    return {"CASEFY_PORT": str(port), "CASEFY_LIVE_PORT": str(live), **given}


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"{name} must be a number between 1 and 65535, not “{text}”.")
    return int(text)
