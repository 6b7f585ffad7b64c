"""The ways CaseFy says no. Every refusal an act can give is one of these five."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An act that did not happen, with a sentence a person can be shown.

    `fields` maps a field's name to what is wrong with it and how to mend it;
    `details` carries what a screen needs to help (who could, what changed meanwhile).
    """

    code = "refused"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})
        self.details = dict(details or {})


class Invalid(Refused):
    """What was given makes no sense; the sentence or `fields` say how to mend it."""

    code, status = "invalid", 422


class Forbidden(Refused):
    """The actor may not do this; the sentence says what is missing and who could."""

    code, status = "forbidden", 403


class Missing(Refused):
    """There is no such thing, or it belongs to somebody else: the two look the same."""

    code, status = "missing", 404


class Conflict(Refused):
    """It made sense a moment ago, or would in another state of the thing."""

    code, status = "conflict", 409


class Limited(Refused):
    """Too much, too fast; `details["retry_after"]` is in seconds."""

    code, status = "limited", 429
