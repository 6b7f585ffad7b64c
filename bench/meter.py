"""What something cost: CPU time of process trees, memory, SQL statements. Exact counts, not samples."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds used so far by the server, by Postgres and by Valkey, and statements run so far in a database."""

    server: float
    database: float
    cache: float
    statements: int

    def __sub__(self, before: "Reading") -> "Reading":
        return Reading(
            self.server - before.server, self.database - before.database, self.cache - before.cache,
            self.statements - before.statements,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads what a server, its database server and its cache have used."""

    server: int
    postgres: int
    valkey: int
    connection: psycopg.Connection
    database: str

    def read(self) -> Reading:
        """Everything up to now. Asking costs statements in another database, which are not counted."""
        row = self.connection.execute(
            "SELECT coalesce(sum(s.calls), 0) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid "
            "WHERE d.datname = %s",
            [self.database],
        ).fetchone()
        return Reading(
            cpu_of(self.server), cpu_of(self.postgres), cpu_of(self.valkey), int(row[0]) if row else 0
        )


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(children.get(found[-1], ()))
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds of a process tree: user and system, and of children that have ended and were waited for."""
    total = 0
    for each in descendants(pid):
        fields = _stat(each)
        total += sum(int(value) for value in fields[11:13]) if fields else 0
        total += sum(int(value) for value in fields[13:15]) if fields and each == pid else 0
    return total / TICKS


def memory_of(pids: Iterable[int]) -> list[tuple[int, float, float]]:
    """For each process: its id, the MB it occupies (RSS), and its fair part of them where some are shared (PSS)."""
    found = []
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        found.append((pid, sizes["Rss"] / 1024, sizes["Pss"] / 1024))
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []  # it has ended meanwhile
