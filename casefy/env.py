"""Where settings come from: the process environment first, then the file the embedded services leave behind.

`casefy up` writes `CASEFY_HOME/env` (mode 600) with the addresses and secrets of its own services, so that every
other command started in the same checkout (`casefy verify`, `casefy import-log`, …) finds them without being told.
"""

import os
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder that holds data, logs and secrets of embedded services (`CASEFY_HOME`, default `.casefy`)."""
    return Path(os.environ.get("CASEFY_HOME") or ROOT / ".casefy").expanduser().absolute()


def parse_env_file(text: str) -> dict[str, str]:
    """`NAME=value` lines; blank lines and lines that start with `#` are skipped."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value for name, value in pairs}


def load() -> environ.Env:
    """The environment, completed (never overridden) by `CASEFY_HOME/env` when no database was named."""
    if "DATABASE_URL" not in os.environ:
        written = home() / "env"
        if written.is_file():
            for name, value in parse_env_file(written.read_text()).items():
                os.environ.setdefault(name, value)
    return environ.Env()
