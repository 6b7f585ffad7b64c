"""The refusals that only a JSON door gives: before any act is asked, something about the request is wrong."""

from casefy.errors import Refused


class BadRequest(Refused):
    """The request cannot be read: its JSON, its parameters, its fields."""

    code, status = "bad_request", 400


class Unauthenticated(Refused):
    """Nobody was let in: no token, or one that does not work (any more)."""

    code, status = "unauthenticated", 401


class WrongMethod(Refused):
    """The address does not know this method. `details["allow"]` lists those it knows."""

    code, status = "method_not_allowed", 405


class PreconditionFailed(Refused):
    """`If-Match` names a version that is not the present one."""

    code, status = "stale", 412


class WrongMediaType(Refused):
    """The body is not JSON."""

    code, status = "unsupported_media_type", 415


class Unavailable(Refused):
    """The database is away for the moment; `details["retry_after"]` is in seconds."""

    code, status = "unavailable", 503


class Broken(Refused):
    """A fault of this server. What happened stands in its log, under the request's id."""

    code, status = "broken", 500
