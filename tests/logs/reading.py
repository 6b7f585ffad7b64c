"""What the tests of event logs share: files made of text, and everything a survey found in them."""

import gzip
from pathlib import Path

from cases.logs.plan import Plan
from cases.logs.rows import Finding, RawRow, Step
from cases.logs.sources import inspect
from cases.logs.survey import Survey, read_rows, surveyed

SAMPLE = Path(__file__).resolve().parents[2] / "cases/logs/sample/incidents.csv.gz"


def a_file(folder: Path, text: str | bytes, *, name: str = "log.csv", packed: bool = False) -> Path:
    content = text.encode() if isinstance(text, str) else text
    path = folder / name
    path.write_bytes(gzip.compress(content) if packed else content)
    return path


def rows_of(path: Path) -> tuple[list[RawRow], list[Finding]]:
    found = list(read_rows(inspect(path)))
    return [x for x in found if isinstance(x, RawRow)], [x for x in found if isinstance(x, Finding)]


def survey_of(path: Path, plan: Plan | None = None) -> tuple[Survey, list[Step], list[Finding]]:
    findings: list[Finding] = []
    with surveyed(path, plan or Plan(), on_finding=findings.append, on_rows=str) as (found, spool):
        return found, list(spool.by_case()), findings
