"""Requests that carry a file: the file itself as the body, or a form with one part called `file`."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from api.refusals import BadRequest, WrongMediaType
from casefy.receiving import FORM, BoundedUpload, Received, TakesFile, received, refuse_beyond

BODIES = (
    "application/octet-stream",
    "text/csv",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/gzip",
    "application/x-gzip",
)


@contextmanager
def receiving(request: HttpRequest, takes: TakesFile) -> Iterator[None]:
    """Receive the request's file for the block, as `request.received`. Raises TooLarge, BadRequest, WrongMediaType."""
    refuse_beyond(request.META, takes.most, takes.sentence)
    if request.content_type == FORM:
        request.received = _from_form(request, takes)  # type: ignore[attr-defined]
        yield
    elif request.content_type in BODIES:
        with received(_body(request), takes.most, takes.sentence) as file:
            if file.size < int(request.META.get("CONTENT_LENGTH") or 0):
                raise BadRequest("The body was cut off on its way.")
            request.received = file  # type: ignore[attr-defined]
            yield
    else:
        raise WrongMediaType(
            f"Send the file itself as {', '.join(BODIES)}, or a form ({FORM}) with a part called file."
        )


def received_by(request: HttpRequest) -> Received | None:
    """Return the file this request carries, where it carries one."""
    return getattr(request, "received", None)


def _body(request: HttpRequest) -> IO[bytes]:
    # A body that is sent in chunks names no length; the server's stream knows where it ends, Django's does not.
    is_chunked = request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    return cast(IO[bytes], request.META["wsgi.input"] if is_chunked else request)


def _from_form(request: HttpRequest, takes: TakesFile) -> Received:
    request.upload_handlers = [BoundedUpload(takes.most, takes.sentence)]
    try:
        files, texts = request.FILES, request.POST
    except MultiPartParserError as error:
        raise BadRequest(f"The form cannot be read: {error}") from error
    unknown = dict.fromkeys({*files, *texts} - {"file"}, "There is no such part.")
    if unknown:
        raise BadRequest("The form has one part, file.", code="unknown_fields", fields=unknown)
    given = files.getlist("file")
    if len(given) != 1 or "file" in texts:
        raise BadRequest("The form has one part, file.", code="bad_fields", fields={"file": "Send one file."})
    file = given[0]
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return Received(cast(IO[bytes], file), file.size or 0, digest.digest(), file.name or "")
