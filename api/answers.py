"""What a view answers, and how it becomes a response."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID

import orjson
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api.parameters import is_known, next_url

JSON = "application/json"
_HOW = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


@dataclass(slots=True)
class Answer:
    """A body that becomes JSON (or `text` of another media type), with what goes into its headers.

    `version` becomes the ETag. `secret` names members that are shown once: an answer repeated under
    its Idempotency-Key has null there. `file` is sent as it is and closed.
    """

    body: Any = None
    status: int = 200
    version: int | None = None
    location: str = ""
    secret: tuple[str, ...] = ()
    text: str | None = None
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    file: IO[bytes] | None = None

    @property
    def content(self) -> bytes:
        """Return the bytes to be sent."""
        if self.text is not None:
            return self.text.encode()
        return b"" if self.body is None else orjson.dumps(self.body, option=_HOW)

    @property
    def etag(self) -> str:
        """Return the ETag, empty for what has no version."""
        return "" if self.version is None else f'"{self.version}"'


def respond(answer: Answer, request: HttpRequest) -> HttpResponseBase:
    """Return the answer as a response: 304 without a body where the client has this very state."""
    if request.method in ("GET", "HEAD") and answer.version is not None and is_known(request, answer.etag):
        return HttpResponse(status=304, headers={"ETag": answer.etag})
    response = _response(answer)
    headers = response.headers
    if answer.version is not None:
        headers["ETag"] = answer.etag
    if answer.location:
        headers["Location"] = answer.location
    for name, value in answer.headers.items():
        headers[name] = value
    return response


def _response(answer: Answer) -> HttpResponseBase:
    if answer.file is not None:
        return FileResponse(answer.file, status=answer.status, content_type=answer.media_type)
    return HttpResponse(answer.content, status=answer.status, content_type=answer.media_type)


def page(results: list[Any], next_: str | None, **more: Any) -> Mapping[str, Any]:
    """Return a page of results: `next` is the address of the page after it, null at the end."""
    return {"results": results, "next": next_, **more}


def older_page(request: HttpRequest, results: list[Any], older: UUID | None) -> Mapping[str, Any]:
    """Return a page of a list that has the newest first; `older` is the id behind which the next page begins."""
    return page(results, next_url(request, before=older) if older else None)
