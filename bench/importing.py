"""How fast a log comes in: the whole command, start of the process included, on the sample's 8,084 events."""

import os
import re
import resource
import subprocess
import sys
import time

from bench import installed
from bench.comparing import postmaster
from bench.meter import cpu_of
from bench.tables import table
from bench.world import World
from casefy import env
from casefy.embedded.services import Services
from cases.logs.sample import FILE


def measured(found: Services, world: World, rounds: int) -> str:
    """Bring the sample in `rounds` times, each time as a template of its own."""
    rows = [_brought_in(found, world, number) for number in range(1, rounds + 1)]
    head = ("run", "events", "s", "events/s", "CPU s per 1,000 events: command", "Postgres")
    return table("Importing the sample, the whole command", head, rows)


def _brought_in(found: Services, world: World, number: int) -> tuple[object, ...]:
    began, database, children = time.perf_counter(), cpu_of(postmaster(found)), _of_children()
    done = subprocess.run(
        [sys.executable, "-m", "casefy", "import-log", str(FILE), "--organization", world.slug,
         "--template", f"Incidents {number}"],
        env={**os.environ, **installed.environment()},
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    counted = re.search(r"^events: (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode or counted is None:
        raise RuntimeError(f"The import ended with {done.returncode}: {done.stdout}{done.stderr}")
    events = int(counted[1])
    cpu = (_of_children() - children, cpu_of(postmaster(found)) - database)
    return (number, events, seconds, events / seconds, *(1000 * each / events for each in cpu))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
