"""How endpoints say in the schema what they take and answer: read by drf-spectacular, never in a request."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from api.inputs import Input
from api.uploads import BODIES
from casefy.receiving import FORM

Method = TypeVar("Method", bound=Callable[..., Any])
PROBLEMS = "x-problems"  # the statuses of an operation's problems, until api/openapi.py writes them out

# What can happen anywhere behind the door, where there is a body, and where there is an act.
_EVERYWHERE = (400, 401, 403, 404, 429, 500, 503)
_BODIES = (413, 415)
_ACTS = (409, 422)

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, description='The version, such as "17".', response=[200, 201, 304]
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, description="The address of what was made.", response=[201]
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,18}")$'},
    OpenApiParameter.HEADER,
    description='The version the caller has seen, such as "17": where it is not the present one, nothing happens: 412.',
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,18}")$'},
    OpenApiParameter.HEADER,
    description="The version the caller has: where it is the present one, the answer is 304 without a body.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r'^("[A-Za-z0-9._:\-]{1,200}"|[A-Za-z0-9._:\-]{1,200})$'},
    OpenApiParameter.HEADER,
    description="Makes a request safe to repeat for a day: one effect, one answer. Another one with the same key: 422.",
)
ORGANIZATION = OpenApiParameter(
    "X-Organization",
    {"type": "string", "pattern": r"^[a-z0-9-]{0,50}$"},
    OpenApiParameter.HEADER,
    description="The slug of the organization, for sessions of people who belong to several. A token belongs to one.",
)
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    description="How many results at most.",
)
FLAG = {"type": "string", "enum": ["true", "false"], "default": "false"}
CURSOR = OpenApiParameter("cursor", str, description="Where to go on. Follow `next` instead of making one.")


def before(what: str) -> OpenApiParameter:
    """Where a page of a list begins that has the newest first."""
    return parameter(
        "before",
        f"Only {what} made before the one with this id. Follow `next` instead.",
        {"type": "string", "format": "uuid"},
    )


def parameter(name: str, description: str, schema: Any = str) -> OpenApiParameter:
    """A parameter of the query."""
    return OpenApiParameter(name, schema, description=description)


def seen() -> dict[str, Any]:
    """What a GET of something with a version has beside: an ETag, and 304 for who has this very state."""
    return {"also": [304], "parameters": [IF_NONE_MATCH, ETAG]}


def guarded() -> dict[str, Any]:
    """What an act on something with a version has beside: `If-Match`, and 412 where it is not the present one."""
    return {"also": [412], "parameters": [IF_MATCH, ETAG]}


def documented(
    operation: str,
    summary: str,
    *,
    gives: Any,
    status: int = 200,
    takes: type[Input] | None = None,
    also: Iterable[int] = (),
    parameters: Iterable[OpenApiParameter] = (),
    media_type: str = "application/json",
    tag: str = "",
    file: str = "",
) -> Callable[[Method], Method]:
    """Describe one method of an endpoint: its operation id, a summary, what it takes and what it gives.

    The docstring of the method becomes the description. `also` names statuses beyond those every
    endpoint, body and act can answer. `file` says what is in the body of an address that takes a file.
    """
    is_act = takes is not None or bool(file)
    statuses = {*_EVERYWHERE, *also, *(_BODIES if is_act else ()), *(_ACTS if is_act else ())}
    done = OpenApiResponse(gives, description="Done." if is_act else "Found.")
    answers: dict[Any, Any] = {(status, media_type): done}
    if 304 in statuses:
        answers[304] = OpenApiResponse(None, description="The caller has this very state already.")
    headers = (ORGANIZATION, *((IDEMPOTENCY_KEY,) if is_act else ()))
    described = {
        "operation_id": operation,
        "summary": summary,
        "tags": [tag] if tag else None,
        "request": _file_bodies(file) if file else takes,
        "responses": answers,
        "parameters": [*parameters, *headers],
        "extensions": {PROBLEMS: sorted(statuses - {304})},
    }

    def describe(method: Method) -> Method:
        _described.append((method, described))
        return method

    return describe


_described: list[tuple[Callable[..., Any], dict[str, Any]]] = []


def describe_all() -> None:
    """Tell drf-spectacular of every endpoint there is: it is heavy, and no request needs it."""
    for method, described in _described:
        extend_schema(**described)(method)


def _file_bodies(description: str) -> dict[str, Any]:
    """The bodies of an address that takes a file: the file itself, or a form with a part called `file`."""
    itself = {"type": "string", "format": "binary", "description": description}
    form = {"type": "object", "properties": {"file": itself}, "required": ["file"]}
    return {FORM: form, **dict.fromkeys(BODIES, itself)}
