"""Finishes the OpenAPI document: problems and common headers once, under `components`, and bodies that are closed."""

import re
from typing import Any

from api.codes import CODES
from api.documented import PROBLEMS
from api.examples import EXAMPLES
from api.problems import MEDIA_TYPE

Json = dict[str, Any]

_SENTENCES = {
    400: "The request cannot be read, or has fields or parameters that do not exist. Nothing was changed.",
    401: "No token, or one that does not work.",
    403: "The caller may not do this: `permission` is missing, `who_could` says who can.",
    404: "It is not there, or belongs to others: the two look the same.",
    405: "The address does not know this method; `Allow` lists those it knows.",
    409: "It cannot be done in the present state.",
    412: "`If-Match` named another version than the present one, which is in `version`.",
    413: "The body is too large.",
    415: "The body is of a type that this address does not take.",
    422: "It makes no sense as it is: `fields` says what to mend.",
    429: "Too many requests: wait for Retry-After seconds.",
    500: "A fault of this server.",
    503: "The database is away: try again.",
}
_CODE = {
    400: "unknown_fields", 401: "unauthenticated", 403: "forbidden", 404: "missing", 405: "method_not_allowed",
    409: "conflict", 412: "stale", 413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "limited",
    500: "broken", 503: "unavailable",
}  # fmt: skip
_HEADERS: dict[str, tuple[str, str]] = {
    "RateLimit-Limit": ("integer", "Requests a minute."),
    "RateLimit-Remaining": ("integer", "Requests left in this minute."),
    "RateLimit-Reset": ("integer", "Seconds until the next minute begins."),
    "X-Request-ID": ("string", "The request's id, as in the server's log."),
    "Retry-After": ("integer", "Seconds to wait."),
}
_EVERYWHERE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-ID")
_TEXT = {"type": "string"}
_PARTS = {
    "case": "A case's id or its number, such as ON-2026-0014.",
    "template": "A template's key, such as client-onboarding.",
}
# Acts say what they raise; who reads the document sees statuses.
_STATUS = {"Invalid": "422", "Forbidden": "403", "Missing": "404", "Conflict": "409", "Limited": "429"}
_PROBLEM: Json = {
    "type": "object",
    "description": "An RFC 9457 problem. Some codes have further members; see docs/errors.md.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": _TEXT | {"description": "Where the code is explained."},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT | {"description": "A sentence for a person."},
        "code": _TEXT | {"description": "What programs decide by."},
        "instance": {"type": ["string", "null"], "description": "The request's id, as in the server's log."},
        "fields": {
            "type": "object",
            "additionalProperties": _TEXT,
            "description": "Field or parameter → what is wrong with it.",
        },
        "retry_after": {"type": "integer", "description": "Seconds to wait."},
        "version": {"type": "integer", "description": "The present version, where another one was expected."},
        "permission": _TEXT | {"description": "The permission that is missing."},
        "who_could": _TEXT | {"description": "Who has it."},
    },
}
_SECURITY_SCHEMES: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cfy_…",
        "description": "An API token: made under Settings, shown once.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "A browser that is logged in. Changes need the csrftoken cookie's value as X-CSRFToken.",
    },
}


def write_out(result: Json, generator: Any, request: Any, public: bool) -> Json:  # noqa: ARG001 - a hook
    """Write out what every operation has in common."""
    components = result["components"]
    components["schemas"]["Problem"] = _PROBLEM
    components["securitySchemes"] = _SECURITY_SCHEMES
    for name, example in EXAMPLES.items():
        components["schemas"][name]["examples"] = [example]
    components["responses"] = {f"Problem{status}": _response(status) for status in _SENTENCES}
    components["headers"] = {
        name: {"schema": {"type": type_}, "description": text} for name, (type_, text) in _HEADERS.items()
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            _finish(operation, components["schemas"])
    return result


def _finish(operation: Json, schemas: Json) -> None:
    responses = operation["responses"]
    operation["description"] = _in_http(operation["description"])
    for each in operation.get("parameters", ()):
        if each["in"] == "path" and each["name"] in _PARTS:
            each["description"] = _PARTS[each["name"]]
    for response in responses.values():
        response.setdefault("headers", {}).update(_headers(_EVERYWHERE))
    for status in operation.pop(PROBLEMS, ()):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    for media in operation.get("requestBody", {}).get("content", {}).values():
        _close(media["schema"], schemas)


def _in_http(description: str) -> str:
    text = description.replace("Raises ", "Refused with ")
    return re.sub(rf"\b({'|'.join(_STATUS)})\b", lambda kind: _STATUS[kind[1]], text)


def _close(schema: Json, schemas: Json) -> None:
    # What a body may hold is listed: anything else is refused, and the document says so.
    if "$ref" in schema:
        _close(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    elif schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
        for each in schema["properties"].values():
            _close(each, schemas)
    elif "items" in schema:
        _close(schema["items"], schemas)


def _response(status: int) -> Json:
    code = _CODE[status]
    example = {
        "type": f"/errors/{code}",
        "title": CODES[code].title,
        "status": status,
        "detail": _SENTENCES[status],
        "code": code,
        "instance": "7f0b6d1c2e9a4f55b1c4e8a90d3f6b21",
    }
    names = (*_EVERYWHERE, "Retry-After") if status in (429, 503) else _EVERYWHERE
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": _SENTENCES[status], "headers": _headers(names), "content": {MEDIA_TYPE: content}}


def _headers(names: tuple[str, ...]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
