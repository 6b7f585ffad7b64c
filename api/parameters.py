"""Reading the part of an address behind the question mark, and the headers that carry versions."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from api.inputs import NUL
from api.refusals import BadRequest
from api.shapes import as_id

PAGE = 50
MOST = 200
BIGGEST = 2**63 - 1
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')


def read_parameters(request: HttpRequest, known: Iterable[str], prefix: str = "") -> dict[str, str]:
    """Return the parameters by name. Raises BadRequest, naming each one that is unknown, doubled or unreadable.

    `prefix` admits a family of names, such as `field.`.
    """
    if not request.META.get("QUERY_STRING"):
        return {}
    names = frozenset(known)
    given, wrong, strange = {}, {}, False
    for name, values in request.GET.lists():
        if name not in names and not (prefix and name.startswith(prefix)):
            wrong[name] = f"There is no such parameter. Known: {', '.join(sorted(names)) or 'none'}."
            strange = True
        elif len(values) > 1:
            wrong[name] = "Give it once."
        elif NUL in values[0] or NUL in name:
            wrong[name] = "Text cannot contain the character U+0000."
        elif name not in names and not values[0]:
            wrong[name] = "Give a value to compare with, or leave the parameter out."
        else:
            given[name] = values[0]
    if wrong:
        code = "unknown_parameters" if strange else "bad_parameters"
        raise BadRequest("The parameters are not what this address takes.", code=code, fields=wrong)
    return given


def read_limit(given: Mapping[str, str]) -> int:
    """Return how many results are asked for: 50 unless `limit` says otherwise."""
    return read_number(given, "limit", lowest=1, highest=MOST) or PAGE


def read_flag(given: Mapping[str, str], name: str) -> bool:
    """Return whether a parameter says true; false where it is not given. Raises BadRequest for anything else."""
    if given.get(name, "false") not in ("true", "false"):
        raise bad_parameter(name, "Give true or false.")
    return given.get(name) == "true"


def read_before(given: Mapping[str, str], what: str) -> UUID | None:
    """Return the id behind which a page begins, None for the first page. Raises BadRequest for what is no id."""
    text = given.get("before")
    if text is None:
        return None
    found = as_id(text)
    if found is None:
        raise bad_parameter("before", f"Give the id of {what}.")
    return found


def read_number(
    given: Mapping[str, str], name: str, *, lowest: int = 0, highest: int = BIGGEST
) -> int | None:
    """Return a whole number, None where it is not given. Raises BadRequest for anything else."""
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20) or not lowest <= int(text) <= highest:
        sentence = f"Give a whole number from {lowest} to {highest}."
        raise BadRequest(
            "The parameters are not what this address takes.", code="bad_parameters", fields={name: sentence}
        )
    return int(text)


def bad_parameter(name: str, sentence: str) -> BadRequest:
    """Return the refusal for one parameter."""
    return BadRequest(
        "The parameters are not what this address takes.", code="bad_parameters", fields={name: sentence}
    )


def expected_version(request: HttpRequest) -> int | None:
    """Return the version that `If-Match` names; None without it, or for `*`. Raises BadRequest for what is no ETag."""
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if given in ("", "*"):
        return None
    found = _ETAG.fullmatch(given)
    if found is None:
        raise BadRequest('If-Match takes one ETag, such as "17".', code="bad_etag")
    return int(found[1])


def without_version(request: HttpRequest) -> None:
    """Raise BadRequest where `If-Match` names a version and there is none: nobody shall believe it was heeded."""
    if expected_version(request) is not None:
        raise BadRequest("Nothing at this address has a version. Leave If-Match out.", code="bad_etag")


def is_known(request: HttpRequest, etag: str) -> bool:
    """Return whether the client says, in `If-None-Match`, that it has this very state already."""
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    return given.strip() == "*" or any(each.strip().removeprefix("W/") == etag for each in given.split(","))


def next_url(request: HttpRequest, **changed: Any) -> str:
    """Return this request's own address with some parameters changed: where the next page is."""
    parameters = {name: request.GET[name] for name in request.GET} | changed
    return request.build_absolute_uri(f"{request.path}?{urlencode(parameters)}")
