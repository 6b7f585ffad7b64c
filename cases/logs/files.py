"""The file of an import: in pieces in the database, a bounded number of them for an organization, and not for ever."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.timezone import now

from casefy.errors import Conflict, Invalid
from casefy.receiving import TakesFile
from cases.logs.keeping import forget_pieces
from cases.logs.models import LogImport, LogPiece
from tenants.scope import scoped_to

PIECE_BYTES = 1 << 20
MAX_UPLOAD_BYTES = 512 << 20
_TOO_LARGE = (
    f"The file is larger than {MAX_UPLOAD_BYTES >> 20} MB. Pack it with gzip (logs shrink to a tenth), split it by "
    "cases, or have it brought in on the server with `casefy import-log`."
)
UPLOAD = TakesFile(MAX_UPLOAD_BYTES, _TOO_LARGE, "case.import")
LONGEST_UPLOAD = timedelta(hours=6)  # what is still being received then was cut off, and nobody sees it
KEPT = timedelta(days=14)  # since somebody, or a worker, last got on with the import
MOST_FILES = 20
MOST_BYTES = 2 << 30
_REMEDY = "Bring some of them in, or discard what is not needed."
_HELD = Q(is_stored=True) | Q(state="receiving")


def refuse_another_file() -> None:
    """Raise Conflict where the organization holds as many files as it may. In its scope, while it is held."""
    if LogImport.objects.filter(_HELD).count() >= MOST_FILES:
        raise Conflict(
            f"{MOST_FILES} files wait here to be brought in, which is all that are kept. {_REMEDY}",
            code="too_many_files",
        )


def refuse_beyond_room(log: LogImport) -> None:
    """Raise Conflict where this file is too much beside the others of the organization. As above."""
    others = LogImport.objects.filter(_HELD).exclude(id=log.id)
    held = others.aggregate(bytes=Sum("file_bytes"))["bytes"] or 0
    if held + log.file_bytes > MOST_BYTES:
        raise Conflict(
            f"With this file, those that wait here to be brought in would hold more than {MOST_BYTES >> 30} GB, "
            f"which is all that is kept. {_REMEDY}",
            code="no_room_for_file",
        )


def keep_file(log: LogImport, content: Iterable[bytes]) -> None:
    """Store the file piece by piece, each in a short transaction, and note its size and digest in `log`."""
    digest, size = hashlib.sha256(), 0
    for number, piece in enumerate(_pieces(content)):
        digest.update(piece)
        size += len(piece)
        if size > UPLOAD.most:
            raise Invalid(UPLOAD.sentence, code="too_large", fields={"file": UPLOAD.sentence})
        with scoped_to(log.organization_id), transaction.atomic(durable=True):
            LogPiece(organization_id=log.organization_id, log_id=log.id, number=number, content=piece).save(
                force_insert=True
            )
    if not size:
        raise Invalid("The file is empty.", fields={"file": "Choose a file that is not empty."})
    log.digest, log.file_bytes = digest.digest(), size


def kept_until(log: LogImport) -> datetime | None:
    """When the file goes if nobody goes on with it; None where there is none, or while a worker has it."""
    return log.active_at + KEPT if log.is_stored and not log.is_working else None


def is_left(log: LogImport) -> bool:
    """Whether nobody went on with the import for so long that its file is forgotten."""
    if log.state == "receiving":
        return log.active_at < now() - LONGEST_UPLOAD
    until = kept_until(log)
    return until is not None and until < now()


def remove(log: LogImport) -> None:
    """Remove an import whose file never came in whole, with the pieces that did."""
    forget_pieces(log)
    LogImport.objects.filter(id=log.id).delete()


def _pieces(content: Iterable[bytes]) -> Iterable[bytes]:
    """The content cut into pieces of a megabyte, whatever the sizes it comes in."""
    waiting = b""
    for part in content:
        waiting += part
        while len(waiting) >= PIECE_BYTES:
            yield waiting[:PIECE_BYTES]
            waiting = waiting[PIECE_BYTES:]
    if waiting:
        yield waiting
