"""Every refusal as an RFC 9457 problem: one shape for what acts, the door, Django and Postgres refuse."""

from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from psycopg import errors as postgres
from rest_framework.exceptions import ValidationError

from api.codes import title_of
from api.refusals import (
    BadRequest,
    Broken,
    PreconditionFailed,
    Unauthenticated,
    Unavailable,
    WrongMethod,
)
from casefy.errors import Conflict, Invalid, Missing, Refused
from casefy.receiving import TooLarge

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SOON = 2  # seconds
# What a member of a problem may not be called by an act's details.
_OWN = frozenset({"type", "title", "status", "detail", "code", "instance", "fields"})


def problem(refusal: Refused) -> dict[str, Any]:
    """Return the problem's members. `instance` is the request's id, which stands in the logs as well."""
    members: dict[str, Any] = {
        "type": f"/errors/{refusal.code}",
        "title": title_of(refusal.code),
        "status": refusal.status,
        "detail": refusal.message,
        "code": refusal.code,
        "instance": structlog.contextvars.get_contextvars().get("request_id"),
    }
    if refusal.fields:
        members["fields"] = refusal.fields
    return members | {name: value for name, value in refusal.details.items() if name not in _OWN}


def problem_response(refusal: Refused) -> HttpResponse:
    """Return the refusal as a response, with the headers its status asks for."""
    content = orjson.dumps(problem(refusal), default=str, option=orjson.OPT_NON_STR_KEYS)
    response = HttpResponse(content, status=refusal.status, content_type=MEDIA_TYPE)
    if "retry_after" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retry_after"])
    if isinstance(refusal, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="CaseFy"'
    if isinstance(refusal, WrongMethod):
        response.headers["Allow"] = ", ".join(refusal.details["allow"])
    return response


def refusal_of(error: Exception, request: HttpRequest) -> Refused:
    """Return what a client is told about an exception. What nobody foresaw is logged and told to nobody."""
    if isinstance(error, Refused):
        return _as_asked(error, request)
    if isinstance(error, ValidationError):
        return wrong_fields(error.detail)
    if isinstance(error, Http404):
        return Missing("There is nothing at this address.", code="no_such_address")
    if isinstance(error, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        return TooLarge(f"The body is larger than the {most:,} bytes one request may have.")
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return BadRequest("This request cannot be read.")
    return _of_database(error) or _unforeseen(error, request)


def wrong_fields(detail: Any) -> BadRequest:
    """Return the refusal for a body whose fields are not what the endpoint takes."""
    fields = dict(_flattened(detail, ""))
    unknown = [name for name, text in fields.items() if text.startswith(UNKNOWN)]
    code = "unknown_fields" if unknown else "bad_fields"
    return BadRequest(
        "The body is not what this address takes. Nothing was changed.", code=code, fields=fields
    )


UNKNOWN = "There is no such field here."


def _flattened(detail: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(detail, dict):
        pairs = [_flattened(value, _below(path, name)) for name, value in detail.items()]
        return [pair for each in pairs for pair in each]
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        return [pair for at, each in enumerate(detail) for pair in _flattened(each, f"{path}[{at}]")]
    words = " ".join(_sentence(each) for each in detail) if isinstance(detail, list) else _sentence(detail)
    return [(path or "body", words)]


# What DRF says of any field, in words that say what to do.
_SENTENCES = {
    "required": "This is needed: send it.",
    "null": "This cannot be null: give a value, or leave it out.",
    "blank": "This cannot be empty.",
    "null_characters_not_allowed": "Text cannot contain the character U+0000.",
    "not_a_list": "Give a list.",
    "not_a_dict": "Give an object.",
}


def _sentence(detail: Any) -> str:
    return _SENTENCES.get(getattr(detail, "code", ""), str(detail))


def _below(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name


def _as_asked(refusal: Refused, request: HttpRequest) -> Refused:
    """The domain does not know what was a header or a parameter: those have statuses of their own.

    RFC 9110 wants 412 where `If-Match` did not match; what a body names and is not there makes no sense of an
    address that is (422); and a question has nothing but parameters to be wrong (400).
    """
    if isinstance(refusal, Missing) and refusal.fields:
        refusal = Invalid(refusal.message, code=refusal.code, fields=refusal.fields, details=refusal.details)
    if isinstance(refusal, Conflict) and refusal.code == "stale" and "If-Match" in request.headers:
        return PreconditionFailed(refusal.message, details=refusal.details)
    if isinstance(refusal, Invalid) and request.method in ("GET", "HEAD"):
        return BadRequest(refusal.message, code=refusal.code, fields=refusal.fields, details=refusal.details)
    return refusal


def _of_database(error: Exception) -> Refused | None:
    cause = error.__cause__
    if isinstance(
        cause, postgres.LockNotAvailable | postgres.DeadlockDetected | postgres.SerializationFailure
    ):
        return Conflict(
            "Another request is changing the same thing. Try again in a moment.",
            code="busy",
            details={"retry_after": RETRY_SOON},
        )
    if isinstance(error, DataError):
        log.warning("a value the database cannot keep", reason=str(error))
        return BadRequest("One of the values cannot be kept.", code="bad_value")
    if isinstance(error, OperationalError | InterfaceError):
        is_full = isinstance(cause, postgres.InsufficientResources)
        log.error("the database has no room" if is_full else "the database is away", reason=str(error))
        fault = "has no room for this" if is_full else "does not answer"
        return Unavailable(
            f"The database {fault}. Try again in a moment.", details={"retry_after": RETRY_SOON}
        )
    return None


def _unforeseen(error: Exception, request: HttpRequest) -> Refused:
    log.error("unforeseen error", exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return Broken(
        "Something went wrong on our side. It was written down; name the instance when you ask about it."
    )
