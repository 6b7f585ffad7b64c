"""The last step of `casefy up`: wait until all parts are well, then say where they are."""

import contextlib
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from casefy.supervisor import Supervisor

READY_WITHIN = 180.0  # seconds


def wait(supervisor: Supervisor, environment: Mapping[str, str]) -> str:
    """Wait until `/readyz` is green; says what is not well after three minutes, and nothing where all is."""
    return _wait_for(f"http://127.0.0.1:{environment['CASEFY_PORT']}/readyz", supervisor)


def greet(
    supervisor: Supervisor, home: Path, environment: Mapping[str, str], began: float, missing: str
) -> None:
    """Print address and demo login, or what is `missing`.

    `home/demo-login` is written by the command that makes the demo: one line per login.
    """
    address = environment["CASEFY_PUBLIC_URL"]
    if supervisor.is_stopping:
        return
    if missing:
        supervisor.say(f"\nCaseFy runs at {address}, but not all is well: {missing}\nStop with Ctrl-C.\n")
        return
    lines = [f"\nCaseFy is ready:  {address}   ({time.monotonic() - began:.1f} s)"]
    with contextlib.suppress(FileNotFoundError):
        logins = (home / "demo-login").read_text().splitlines()
        lines += [f"Demo login:       {line}" for line in logins if line]
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
