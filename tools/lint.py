"""Every check of `make lint`, each with its time; all run, then the ones that failed are named."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PY = sys.executable
OURS = ["--include-apps", "tenants", "timeline", "templates_app", "cases", "outbound", "automations", "api"]
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("style", [PY, "-m", "ruff", "check", "."]),
    ("format", [PY, "-m", "ruff", "format", "--check", "--quiet", "."]),
    (
        "imports point down",
        [PY, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    ),
    ("dependencies", [PY, "-m", "deptry", "."]),
    ("templates", [PY, "-m", "djlint", "--lint", "--quiet", "ui"]),
    ("migrations are written", [PY, "manage.py", "makemigrations", "--check", "--dry-run"]),
    (
        "migrations are safe",
        [PY, "-m", "casefy", "lintmigrations", "--quiet", "ok", "ignore", "warning", "--no-cache", *OURS],
    ),
    (
        "types",
        [
            PY,
            "-m",
            "mypy",
            "casefy",
            "tenants",
            "timeline",
            "templates_app",
            "cases",
            "outbound",
            "automations",
            "api",
            "ui",
            "tools",
        ],
    ),
)


def main() -> None:
    """Run the checks named on the command line, or all."""
    wanted = set(sys.argv[1:])
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "DJANGO_SETTINGS_MODULE": "tools.lint_settings",
        "CASEFY_HOME": str(ROOT / ".casefy" / "lint"),  # a database for the migration linter, without tables
        "CASEFY_LOG_LEVEL": "ERROR",
    }
    failed = [
        name
        for name, command in CHECKS
        if (not wanted or name in wanted) and not _passes(name, command, environment)
    ]
    if failed:
        sys.exit(f"make lint: {', '.join(failed)} — see above.")
    print("make lint: everything is in order.")


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    began = time.monotonic()
    print(f"  … {name}", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    sign = "✗" if done.returncode else "✓"
    print(f"  {sign} {name} ({time.monotonic() - began:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout[-12000:], flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
