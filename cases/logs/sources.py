"""Opening a log file: packed or plain, its format, its encoding. Judged by content, not by name."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from cases.logs.rows import UnreadableLog

CHUNK_BYTES = 1 << 20
MAX_UNPACKED_BYTES = 16 << 30
MAX_TIMES = 150  # as large as it is packed; logs are 5 to 50 times
_TIMES_MATTER = 256 << 20  # bytes
_GZIP = b"\x1f\x8b"
_REFUSED_MAGIC = {
    b"PK\x03\x04": "This is a zip archive or a spreadsheet. Unpack it, or save the sheet as CSV.",
    b"%PDF": "This is a PDF. An event log is a CSV or XES file.",
    b"BZh": "This file is packed with bzip2. Unpack it first, or pack it with gzip.",
    b"\xfd7zXZ": "This file is packed with xz. Unpack it first, or pack it with gzip.",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNSPOKEN = bytes({*range(32)} - {*b"\t\n\f\r\x1b"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Bytes that Windows-1252 leaves undefined: a file that holds them is Latin-1.
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Source:
    """What a log file turned out to be. `encoding` is meant for CSV; XES says its own."""

    path: Path
    format: Literal["csv", "xes"]
    is_packed: bool
    encoding: str


def inspect(path: Path) -> Source:
    """Read the file once and say what it is; raises `UnreadableLog` when it is no event log or is damaged."""
    with path.open("rb") as plain:
        magic = plain.read(8)
    for start, sentence in _REFUSED_MAGIC.items():
        if magic.startswith(start):
            raise UnreadableLog(sentence)
    is_packed = magic.startswith(_GZIP)
    head = next(_chunks(path, is_packed), b"")
    if not head.strip():
        raise UnreadableLog("The file is empty.")
    if _is_binary(head[:4096]):
        raise UnreadableLog("This is no text. Save it as CSV in UTF-8, or as XES.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[{")):
        raise UnreadableLog("This is JSON. An event log is a CSV or XES file; other tools export it as such.")
    encoding = _encoding(path, is_packed, head)
    return Source(path, "xes" if _looks_like_xml(head, encoding) else "csv", is_packed, encoding)


def _is_binary(head: bytes) -> bool:
    """Whether these are no text: one byte in twenty says nothing in any. A stray NUL is a wrong line, no wrong file."""
    unspoken = len(head) - len(head.translate(None, _UNSPOKEN))
    return unspoken * 20 > len(head) and not head.startswith(_UTF16)


@contextmanager
def open_bytes(source: Source) -> Iterator[BinaryIO]:
    """The unpacked bytes of the file."""
    if source.is_packed:
        with gzip.open(source.path, "rb") as packed:
            yield cast(BinaryIO, packed)
    else:
        with source.path.open("rb") as plain:
            yield plain


@contextmanager
def open_text(source: Source) -> Iterator[io.TextIOWrapper]:
    """The unpacked text of the file, line ends untouched."""
    with open_bytes(source) as binary, io.TextIOWrapper(binary, encoding=source.encoding, newline="") as text:
        yield text


def _chunks(path: Path, is_packed: bool) -> Iterator[bytes]:
    total, most = 0, max(_TIMES_MATTER, MAX_TIMES * path.stat().st_size)
    try:
        with open_bytes(Source(path, "csv", is_packed, "")) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                total += len(chunk)
                if total > MAX_UNPACKED_BYTES:
                    raise UnreadableLog(
                        "Unpacked, the file is larger than 16 GB. Split it and import the parts."
                    )
                if is_packed and total > most:
                    raise UnreadableLog(
                        f"Unpacked, the file is more than {MAX_TIMES} times as large as it is packed: no log is. If "
                        "it is one, hand it in unpacked, in parts."
                    )
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableLog("The gzip file is damaged or was cut off. Pack or copy it again.") from error


def _encoding(path: Path, is_packed: bool, head: bytes) -> str:
    """UTF-8 when the whole file is valid UTF-8, else the Western encodings that spreadsheets write."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            _must_be(name, path, is_packed)
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_cp1252 = True, True
    for chunk in _chunks(path, is_packed):
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        is_cp1252 = is_cp1252 and not any(byte in chunk for byte in _UNDEFINED_IN_CP1252)
    if is_utf8 and not decoder.getstate()[0]:
        return "utf-8"
    return "cp1252" if is_cp1252 else "latin-1"


def _must_be(encoding: str, path: Path, is_packed: bool) -> None:
    """Read a file that names its encoding to the end: it may be cut off, too large, or not what it says."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path, is_packed):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        said = encoding.removesuffix("-sig").upper()
        raise UnreadableLog(
            f"The file begins as {said} and holds bytes that are none. Save it as UTF-8."
        ) from error


def _looks_like_xml(head: bytes, encoding: str) -> bool:
    text = head[:4096].decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    return text.startswith(("<?xml", "<log", "<!--", "<!DOCTYPE"))
