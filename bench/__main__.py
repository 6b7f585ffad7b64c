"""`make bench`: measure, print, and write what was measured to bench/results/.

Knobs: BENCH_QUICK=1 (a smoke test of a minute), BENCH_ONLY=compare,import,sizes,relay,memory,
BENCH_OPERATIONS=create,move,read,history,list,cycle, CASEFY_YARDSTICK (the folder of the
yardstick; without it, ../shared/bench), CASEFY_BENCH_HOME (where its services keep their files).
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.places import stage

RESULTS = Path(__file__).parent / "results"
PARTS = ("compare", "import", "sizes", "relay", "memory")


def main() -> None:
    """Run the parts that were asked for, one after the other, on one Postgres."""
    began, only = time.monotonic(), os.environ.get("BENCH_ONLY", ",".join(PARTS)).split(",")
    if unknown := set(only) - set(PARTS):
        sys.exit(f"BENCH_ONLY knows {', '.join(PARTS)}; not {', '.join(sorted(unknown))}.")
    told: list[str] = []
    with stage() as found:
        import django  # noqa: PLC0415 - the stage sets what Django reads

        django.setup()
        from bench.parts import measure  # noqa: PLC0415 - needs Django

        for text in measure(found, only, quick=bool(os.environ.get("BENCH_QUICK"))):
            print(text, flush=True)  # noqa: T201 - this is what it is for
            told.append(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.md"
    path.write_text("\n".join(told))
    print(f"Written to {path.relative_to(Path.cwd())}, after {time.monotonic() - began:.0f} s.")  # noqa: T201


if __name__ == "__main__":
    main()
