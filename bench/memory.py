"""What each process of the product occupies, after it has worked."""

import time
from contextlib import ExitStack

from bench import installed
from bench.meter import descendants, memory_of
from bench.places import Server, own, started
from bench.tables import table


def measured(stack: ExitStack, web: Server) -> str:
    """Start the other processes and return the table of all of them."""
    servers = [web]
    servers += [
        stack.enter_context(started(name, own(name), installed.environment()))
        for name in ("live", "worker", "beat")
    ]
    end = time.monotonic() + 60
    while len(descendants(servers[2].process.pid)) < 3 and time.monotonic() < end:
        time.sleep(0.5)  # until the worker has its children
    time.sleep(10)  # until they have worked
    rows = [
        (server.name, "parent" if pid == server.process.pid else "child", rss, pss)
        for server in servers
        for pid, rss, pss in memory_of(descendants(server.process.pid))
    ]
    return table("Memory, MB", ("process", "", "RSS", "PSS"), rows)
