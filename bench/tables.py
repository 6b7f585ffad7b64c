"""Results as tables: for the terminal, for a file, for docs."""

from collections.abc import Iterable, Sequence


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table under a heading; numbers are shown with as many digits as they deserve."""
    shown = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(head, *shown, strict=True)]
    lines = [
        f"### {title}",
        "",
        _line(head, widths),
        "|" + "|".join("-" * (width + 2) for width in widths) + "|",
    ]
    return "\n".join([*lines, *(_line(row, widths) for row in shown), ""])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
