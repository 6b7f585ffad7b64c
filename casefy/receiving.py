"""Files on their way in: whoever sends one is judged first, and no more of it is kept than may come.

Django would read a body to its end, to memory or to disk, before a view could say no.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from casefy.errors import Refused

FORM = "multipart/form-data"
CHUNK = 1 << 16
ENVELOPE = 1 << 16  # what a form may weigh beside its file


class TooLarge(Refused):
    """The body is larger than this server takes here."""

    code, status = "too_large", 413


@dataclass(frozen=True, slots=True)
class TakesFile:
    """What an address asks of who sends it a file: `most` bytes (`sentence` says so), and a permission, if any."""

    most: int
    sentence: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in whole, in a temporary place of its own for as long as the request lasts."""

    file: IO[bytes]
    size: int
    digest: bytes
    name: str = ""

    def chunks(self) -> Iterator[bytes]:
        """Return the content, from the beginning."""
        self.file.seek(0)
        return iter(lambda: self.file.read(CHUNK), b"")


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps the files of a form on disk and ends the reading where they are larger than `most` bytes together."""

    def __init__(self, most: int, sentence: str) -> None:
        super().__init__()
        self._left, self._sentence = most, sentence

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece. Raises TooLarge."""
        self._left -= len(raw_data)
        if self._left < 0:
            self.file.close()
            raise TooLarge(self._sentence)
        super().receive_data_chunk(raw_data, start)


def refuse_beyond(meta: Mapping[str, Any], most: int, sentence: str) -> None:
    """Raise TooLarge where the request itself says that it is larger than `most` bytes and its envelope."""
    length = str(meta.get("CONTENT_LENGTH") or "")
    if length.isdigit() and int(length) > most + ENVELOPE:
        raise TooLarge(sentence)


@contextmanager
def received(body: IO[bytes], most: int, sentence: str) -> Iterator[Received]:
    """Receive a body that is the file itself; the block has it. Raises TooLarge behind the first `most` bytes."""
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as file:
        while piece := body.read(CHUNK):
            size += len(piece)
            if size > most:
                raise TooLarge(sentence)
            digest.update(piece)
            file.write(piece)
        yield Received(file, size, digest.digest())
