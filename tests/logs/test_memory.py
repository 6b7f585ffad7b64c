"""Memory does not grow with the file."""

import random
import subprocess
import sys
from pathlib import Path

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
