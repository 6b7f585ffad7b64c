"""Keeps a handful of child processes running in one terminal: starts them, shows their lines, restarts
what falls, stops all.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

GRACE = 30.0  # seconds a child gets to finish what it does
CALM = 20.0  # a child that ran this long before it fell is restarted at once
COLORS = {"web": 36, "live": 35, "worker": 33, "beat": 34}


@dataclass(slots=True)
class Child:
    """One supervised process."""

    name: str
    argv: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    falls: int = 0
    start_again_at: float = 0.0


@dataclass
class Supervisor:
    """`run()` blocks until it is told to stop (SIGINT, SIGTERM or `stop()`)."""

    children: Sequence[Child]
    environment: Mapping[str, str]
    on_start: Callable[[], None] = lambda: None  # called after every start and restart
    out: IO[str] = field(default_factory=lambda: sys.stdout)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start every child."""
        for child in self.children:
            self._start(child)
        self.on_start()

    @property
    def pids(self) -> list[int]:
        """The process ids of the children that run."""
        return [child.process.pid for child in self.children if child.process]

    def run(self) -> None:
        """Watch the children until told to stop, then stop them all."""
        try:
            while not self._stopping.wait(0.3):
                for child in self.children:
                    self._look_after(child)
        finally:
            self._stop_all()

    def stop(self, *_: object) -> None:
        """Ask `run` to end; also usable as a signal handler."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def is_stopping_within(self, seconds: float) -> bool:
        """Whether `stop` is called in the next so many seconds, which it waits for."""
        return self._stopping.wait(seconds)

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order.
        child.process = subprocess.Popen(
            child.argv,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        child.started = time.monotonic()
        threading.Thread(target=self._show, args=(child.name, child.process.stdout), daemon=True).start()

    def _show(self, name: str, lines: IO[str]) -> None:
        color = f"\x1b[{COLORS.get(name, 37)}m" if self.out.isatty() else ""
        end = "\x1b[0m" if color else ""
        with lines:
            for line in lines:
                self.say(f"{color}{name:>6} |{end} {line.rstrip()}")

    def say(self, line: str) -> None:
        """Write one whole line."""
        with contextlib.suppress(ValueError, OSError):  # the terminal is gone; the work goes on
            self.out.write(line + "\n")
            self.out.flush()

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.start_again_at:
                self._start(child)
                self.on_start()
            return
        code = child.process.poll()
        if code is None:
            return
        _signal_group(child.process, signal.SIGKILL)  # its own children, if any were left behind
        calm = time.monotonic() - child.started > CALM
        child.falls = 0 if calm else child.falls + 1
        pause = 0 if calm else min(2 ** (child.falls - 1), 30)
        self.say(
            f"{child.name:>6} | ended with code {code}, starts again" + (f" in {pause} s" if pause else "")
        )
        child.process, child.start_again_at = None, time.monotonic() + pause

    def _stop_all(self) -> None:
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
