"""Memory does not grow with the file."""

import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from cases.logs.plan import Plan
from cases.logs.profile import Room
from cases.logs.rows import UnreadableLog
from cases.logs.survey import surveyed

ROOT = Path(__file__).resolve().parents[2]
MEASURE = """
import re, sys
from pathlib import Path
from cases.logs.plan import Plan
from cases.logs.survey import surveyed
ignore = lambda _: None
with surveyed(Path(sys.argv[1]), Plan(), on_finding=ignore, on_rows=ignore) as (found, spool):
    steps = sum(1 for _ in spool.by_case())
# Its own peak: what getrusage tells begins with that of the process it was forked from.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(found.cases, steps, peak)
"""


def scattered_log(path: Path, cases: int) -> None:
    """Four rows per case, each far away from the others."""
    order = [(case, step) for step in range(4) for case in range(cases)]
    random.Random(7).shuffle(order)
    with path.open("w") as out:
        out.write("case,activity,timestamp,resource,amount,note\n")
        out.writelines(
            f"case-{c},step {s},2020-01-0{s + 1}T00:00:00Z,user {c % 50},{c}.50,a note about {c} and {s}\n"
            for c, s in order
        )


def measured(path: Path) -> tuple[int, int, int]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    cases, steps, kilobytes = map(int, done.stdout.split())
    return cases, steps, kilobytes


def test_reading_and_sorting_twenty_thousand_scattered_cases_takes_the_memory_of_two_thousand(tmp_path):
    scattered_log(tmp_path / "small.csv", 2_000)
    scattered_log(tmp_path / "large.csv", 40_000)
    small, large = measured(tmp_path / "small.csv"), measured(tmp_path / "large.csv")
    assert (small[:2], large[:2]) == ((2_000, 8_000), (40_000, 160_000))
    assert large[2] - small[2] < 24 * 1024, f"{small[2]} kB became {large[2]} kB"


def peak_of(path: Path) -> int:
    """The most bytes that were held at once while a file was read, sorted and read back."""
    tracemalloc.start()
    try:
        with surveyed(path, Plan(), on_finding=str, on_rows=str) as (_, spool):
            assert sum(1 for _ in spool.by_case()) > 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def long_cells(path: Path, rows: int, columns: int = 1) -> Path:
    """Cells of 10,000 characters, each another one."""
    names = "".join(f",note {n}" for n in range(columns))
    with path.open("w") as out:
        out.write(f"case,activity,timestamp{names}\n")
        for row in range(rows):
            cells = "".join(f",{row:05}{n:05}{'x' * 9_990}" for n in range(columns))
            out.write(f"case-{row % 7},step {row % 3},2020-01-01T00:00:00Z{cells}\n")
    return path


@pytest.mark.parametrize("columns", [1, 10])
def test_long_cells_are_not_remembered(tmp_path, columns):
    few = peak_of(long_cells(tmp_path / "few.csv", 1_500 // columns, columns))
    many = peak_of(long_cells(tmp_path / "many.csv", 4_500 // columns, columns))
    assert many < few + (2 << 20), f"{few >> 10} kB became {many >> 10} kB"
    assert many < 32 << 20


def test_columns_remember_no_more_together_than_there_is_room_for():
    room = Room(left=1_000)
    taken = [room.takes("x" * 100) for _ in range(10)]
    assert taken == [True] * 4 + [False] * 6


def test_an_element_of_xes_that_never_ends_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "endless.xes"
    with path.open("w") as out:
        out.write('<log><trace><event><string key="a" value="')
        for _ in range(40):
            out.write("x" * (1 << 20))
        out.write('"/></event></trace></log>')
    with pytest.raises(UnreadableLog, match="longer than a million"):
        peak_of(path)
