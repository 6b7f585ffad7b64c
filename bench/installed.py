"""The product as it is installed: without what only its development needs, which libraries load where they find it."""

import re
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from casefy.env import ROOT


@cache
def environment() -> dict[str, str]:
    """What to start the product with, so that it finds the packages of `requirements/runtime.txt` alone."""
    locked = (ROOT / "requirements" / "runtime.txt").read_text()
    ours = {_plain(name) for name in re.findall(r"^([\w.-]+)(?:\[[\w,-]+])?==", locked, re.MULTILINE)}
    absent = [
        top for top, packages in packages_distributions().items() if ours.isdisjoint(map(_plain, packages))
    ]
    return {"PYTHONPATH": str(Path(__file__).with_name("absent")), "BENCH_ABSENT": ",".join(sorted(absent))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
