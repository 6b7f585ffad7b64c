"""Sorting steps on disk: in as the file has them, out case by case, with flat memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

import orjson

from cases.logs.rows import Step

ON_DISK = ""  # a file without a name in $TMPDIR: nothing of it stays when its process is killed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REMEMBERED_CASES = 20_000
_BATCH = 2_000
_BATCH_BYTES = 1 << 20  # orjson may reserve a dozen times as much
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;
CREATE TABLE trace (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE step (
  number INTEGER PRIMARY KEY, trace INTEGER NOT NULL, at INTEGER NOT NULL, activity INTEGER NOT NULL, said BLOB);
"""


@dataclass(slots=True)
class Spool:
    """Steps on disk. First `fill`, then read `by_case` as often as needed."""

    _store: sqlite3.Connection
    cases: int = 0
    steps: int = 0
    _is_sorted: bool = True
    _activities: dict[str, int] = field(default_factory=dict)

    def fill(self, steps: Iterable[Step]) -> None:
        """Take all steps, in the order of the file."""
        traces: dict[str, int] = {}
        last = (0, 0)
        batch: list[tuple[int, int, int, int, bytes]] = []
        known, size = self._activities, 0
        for step in steps:
            trace = traces.get(step.case) or self._trace(step.case, traces)
            at = (step.at - _EPOCH) // _MICROSECOND
            self._is_sorted = self._is_sorted and last <= (trace, at)
            last = (trace, at)
            activity = known.setdefault(step.activity, len(known))
            said = _pack(step)
            size += len(said)
            batch.append((step.number, trace, at, activity, said))
            if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                self._write(batch)
                size = 0
        self._write(batch)
        if not self._is_sorted:
            self._store.execute("CREATE INDEX step_by_case ON step (trace, at, number)")
        self._store.commit()

    def by_case(self) -> Iterator[Step]:
        """All steps: cases by first appearance, within a case by time, at the same time as in the file."""
        for number, at, said in self._ordered("number, at, said"):
            yield _unpack(number, at, said)

    def activities_by_case(self) -> Iterator[list[str]]:
        """The activities of one case after the other, in the order of `by_case`."""
        names = list(self._activities)
        for _, rows in groupby(self._ordered("trace, activity"), key=itemgetter(0)):
            yield [names[activity] for _, activity in rows]

    def _ordered(self, columns: str) -> sqlite3.Cursor:
        order = "number" if self._is_sorted else "trace, at, number"
        return self._store.execute(f"SELECT {columns} FROM step ORDER BY {order}")

    def _trace(self, name: str, remembered: dict[str, int]) -> int:
        """The number of a case that is not among the remembered ones."""
        if len(remembered) >= _REMEMBERED_CASES:
            remembered.clear()
        found = self._store.execute("SELECT number FROM trace WHERE name = ?", (name,)).fetchone()
        if found is None:
            self.cases += 1
            self._store.execute("INSERT INTO trace VALUES (?, ?)", (name, self.cases))
        remembered[name] = self.cases if found is None else int(found[0])
        return remembered[name]

    def _write(self, batch: list[tuple[int, int, int, int, bytes]]) -> None:
        self._store.executemany("INSERT INTO step VALUES (?, ?, ?, ?, ?)", batch)
        self.steps += len(batch)
        batch.clear()


@contextmanager
def spool() -> Iterator[Spool]:
    """An empty spool in a temporary file that is gone afterwards."""
    with closing(sqlite3.connect(ON_DISK, check_same_thread=False)) as store:
        store.executescript(_SCHEMA)
        yield Spool(store)


def _pack(step: Step) -> bytes:
    said = [step.line, step.case, step.activity, step.time_text, step.resource, step.lifecycle, step.values]
    return orjson.dumps(said)


def _unpack(number: int, at: int, said: bytes) -> Step:
    line, case, activity, time_text, resource, lifecycle, values = orjson.loads(said)
    moment = _EPOCH + timedelta(microseconds=at)
    return Step(number, line, case, activity, moment, time_text, resource, lifecycle, values)
