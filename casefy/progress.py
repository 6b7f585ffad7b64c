"""Says on a terminal what is being done and how long it took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show `what` while the block runs: a counting clock on a terminal, one line in a log."""
    began, done = time.monotonic(), threading.Event()
    is_terminal = sys.stdout.isatty()

    def tick() -> None:
        while not done.wait(1):
            sys.stdout.write(f"\r  … {what} ({time.monotonic() - began:.0f} s) ")
            sys.stdout.flush()

    clock = threading.Thread(target=tick, daemon=True)
    if is_terminal:
        sys.stdout.write(f"  … {what} ")
        clock.start()
    else:
        print(f"  … {what}", flush=True)
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        done.set()
        sys.stdout.write("\n" if is_terminal else "")
        raise
    done.set()
    if is_terminal:
        clock.join()
        sys.stdout.write(f"\r\x1b[K  ✓ {what} ({time.monotonic() - began:.1f} s)\n")
    else:
        print(f"  ✓ {what} ({time.monotonic() - began:.1f} s)", flush=True)
