"""What logs may say of an address: its pattern, and the ids in it that are no secret.

The address itself is never logged: the links of mails (a new password, an invitation) are as good as a password.
"""

from collections.abc import MutableMapping
from typing import Any

from django.http import HttpRequest

NONE = "(none)"  # the address of nothing
_WITHOUT_SECRETS = ("api/v1/", "^o/")  # under these, each part of an address names something


def route_of(request: HttpRequest) -> str:
    """The pattern that answers the request, such as `api/v1/cases/<str:case>`."""
    return request.resolver_match.route if request.resolver_match else NONE


def ids_of(request: HttpRequest) -> dict[str, str]:
    """What its address names: `{"case": "PO-2026-00017"}`. Nothing where an address may carry a secret."""
    match = request.resolver_match
    if match is None or not match.route.startswith(_WITHOUT_SECRETS):
        return {}
    return {name: str(value) for name, value in match.kwargs.items()}


def without_address(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step of logging: lines of Django about a request (“Internal Server Error: /…”) lose its address as well."""
    request = line.get("request")
    if isinstance(request, HttpRequest):
        line["request"] = route_of(request)
        for name, said in line.items():
            line[name] = _without(request, said) if isinstance(said, str) else said
    return line


def _without(request: HttpRequest, said: str) -> str:
    as_django_writes_it = request.path.encode("unicode_escape").decode()
    return said.replace(request.path, route_of(request)).replace(as_django_writes_it, route_of(request))
