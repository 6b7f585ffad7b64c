"""Reading CSV row by row: delimiter guessed, line numbers kept, a broken line costs only itself."""

import csv
import io
import re
from collections.abc import Iterator

from cases.logs.rows import Finding, RawRow, UnreadableLog
from cases.logs.sources import Source, open_text

MAX_LINE_CHARACTERS = 1 << 20
MAX_RECORD_CHARACTERS = 1 << 18
MAX_BROKEN_QUOTES = 1_000
MAX_COLUMNS = 1_000
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_SAID = re.compile(r"sep=([,;|\t])", re.IGNORECASE)


def read_csv(source: Source, delimiter: str = "") -> Iterator[RawRow | Finding]:
    """Rows and findings in the order of the file. `delimiter` empty means: guess it."""
    with open_text(source) as text:
        lines = _Lines(text)
        records = _records(lines, delimiter or _delimiter_of(lines))
        header = header_names(_header(records))
        for line, cells in records:
            if isinstance(cells, Finding):
                yield cells
            elif any(cells):
                yield _row(line, cells, header)


def csv_columns(source: Source, delimiter: str = "") -> tuple[str, ...]:
    """The names of the columns, also of those that are empty throughout."""
    with open_text(source) as text:
        lines = _Lines(text)
        return header_names(_header(_records(lines, delimiter or _delimiter_of(lines))))


def _delimiter_of(lines: "_Lines") -> str:
    """The delimiter: said in a first line of its own, as spreadsheets write it (`sep=;`), or guessed."""
    first = lines.peek(1)
    if first and (said := _SAID.fullmatch(first[0].rstrip("\r\n"))):
        next(lines)
        return said[1]
    return guess_delimiter(lines.peek(_SAMPLE_LINES))


def guess_delimiter(sample: list[str]) -> str:
    """The delimiter under which the sample's records agree best on having many cells."""
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def header_names(cells: list[str]) -> tuple[str, ...]:
    """Column names, made unique: an unnamed one is called by its place, a second `x` becomes `x (2)`."""
    names: dict[str, None] = {}
    repeats: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        name = base = cell.replace("\x00", "").strip() or f"column {place}"
        while name in names:
            repeats[base] = repeats.get(base, 1) + 1
            name = f"{base} ({repeats[base]})"
        names[name] = None
    return tuple(names)


def bounded(columns: int) -> None:
    """Refuse a file of either format with more columns than can be read."""
    if columns > MAX_COLUMNS:
        raise UnreadableLog(
            f"The file has more than {MAX_COLUMNS:,} columns. Leave out those you do not need."
        )


def _agreement(sample: list[str], delimiter: str) -> tuple[float, int]:
    # Cells too long to parse say nothing about the delimiter; the reading itself reports them.
    sane = [line for line in sample if len(line) < csv.field_size_limit() // _SAMPLE_LINES]
    widths = [len(cells) for cells in csv.reader(sane, delimiter=delimiter) if cells]
    if not widths or widths[0] == 1:
        return (0.0, 0)
    return (sum(width == widths[0] for width in widths) / len(widths), widths[0])


def _header(records: Iterator[tuple[int, list[str] | Finding]]) -> list[str]:
    for line, cells in records:
        if isinstance(cells, Finding):
            raise UnreadableLog(f"The heading cannot be read: {cells.sentence}")
        if any(cell.strip() for cell in cells):
            if len(cells) < 3:
                raise UnreadableLog(
                    f"The heading, line {line}, has fewer than three columns; case, activity and time are needed. "
                    "It must be the first line."
                )
            bounded(len(cells))
            return cells
    raise UnreadableLog("The file has no heading line.")


def _row(line: int, cells: list[str], header: tuple[str, ...]) -> RawRow | Finding:
    if len(cells) != len(header) and (len(cells) < len(header) or any(cells[len(header) :])):
        return Finding(line, "", f"The line has {len(cells)} cells, the heading has {len(header)}.")
    return RawRow(line, {name: cell for name, cell in zip(header, cells, strict=False) if cell})


class _Lines:
    """The file's lines with their numbers; those of the record being read can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._waiting: list[str] = []
        self._taken: list[str] = []
        self._size = 0
        self._last = 0  # the number of the last line that was read from the file, perhaps ahead
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else self._read()
        if not line or self._size > MAX_RECORD_CHARACTERS:
            raise StopIteration
        self.number += 1
        self._size += len(line)
        self._taken.append(line)
        return line

    def peek(self, count: int) -> list[str]:
        """The next lines without taking them."""
        ahead = [*reversed(self._waiting), *(self._read() for _ in range(count - len(self._waiting)))]
        self._waiting = [line for line in reversed(ahead) if line]
        return [line for line in ahead if line]

    def begin(self) -> int:
        """Begin a record: the number of its first line."""
        self._taken, self._size = [], 0
        return self.number + 1

    def give_back_all_but_first(self) -> None:
        """Read the lines after the record's first one again, each as a record of its own."""
        self._waiting.extend(reversed(self._taken[1:]))
        self.number -= max(len(self._taken) - 1, 0)

    def _read(self) -> str:
        line = self._text.readline(MAX_LINE_CHARACTERS)
        if len(line) == MAX_LINE_CHARACTERS:
            raise UnreadableLog(
                f"Line {self._last + 1} is longer than a million characters; this is hardly a CSV file."
            )
        self._last += 1
        return line


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | Finding]]:
    broken = 0
    # strict: a quotation mark that is never closed must be an error, or it would swallow the rest.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = lines.begin()
        try:
            yield start, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken += 1
            if broken > MAX_BROKEN_QUOTES:
                raise UnreadableLog("Too many lines have quotation marks that do not pair up.") from None
            lines.give_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield start, Finding(start, "", _sentence(error))


def _sentence(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"A cell in this line is longer than {csv.field_size_limit():,} characters."
    return "A quotation mark in this line is not closed, or more text follows after the closing one."
