"""Files for spreadsheets, of what people read. Event logs are not among them: they come back as they came in."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

# What a spreadsheet would take for a formula is kept from being one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return headings and rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
