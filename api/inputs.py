"""Reading a JSON body: exactly the fields an endpoint takes, of exactly the types it says, and nothing else."""

import json
from functools import cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import orjson
from django.http import HttpRequest
from rest_framework import serializers

from api.problems import UNKNOWN
from api.refusals import BadRequest, WrongMediaType

Taken = TypeVar("Taken", bound="Input")

NUL = "\x00"
DEEPEST = 20  # lists in lists that a value may be; no kind of field takes any
_ID = "Give an id: a UUID such as 0190a6d0-4f3b-7c11-8a55-0123456789ab."


class Text(serializers.CharField):
    """Text, and nothing that only looks like it."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Give text.",
        "max_length": "Shorten this to {max_length} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Numbers and true or false are not text."""
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class Day(serializers.DateField):
    """A day of the calendar."""

    default_error_messages: ClassVar[dict[str, Any]] = dict.fromkeys(
        ("invalid", "datetime"), "Give a day of the calendar, such as 2030-01-31."
    )


class Id(serializers.UUIDField):
    """A UUID as it is written everywhere here: 36 characters."""

    def to_internal_value(self, data: Any) -> UUID:
        """Return the id."""
        if not isinstance(data, str) or len(data) != 36:
            raise serializers.ValidationError(_ID)
        try:
            return UUID(data)
        except ValueError:
            raise serializers.ValidationError(_ID) from None


class Values(serializers.DictField):
    """Field keys and what is entered for each, as the field's kind takes it; null empties a field."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values; the act judges them by the template."""
        if not isinstance(data, dict):
            raise serializers.ValidationError('Give an object such as {"region": "North"}.')
        if fault := _fault(data):
            raise serializers.ValidationError(fault)
        return data


class Input(serializers.Serializer[Any]):
    """A body. A field that is not declared is refused, so that nothing can be set by accident."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the declared fields. Raises ValidationError, naming every field that is unknown or wrong."""
        if not isinstance(data, dict):
            raise serializers.ValidationError("Send a JSON object.")
        known = f"{UNKNOWN} Known: {', '.join(self.fields) or 'none'}."
        unknown = {name: known for name in data if name not in self.fields}
        if unknown:
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class Nothing(Input):
    """A body without fields: {} or none at all."""


def read_body(request: HttpRequest, takes: type[Input]) -> dict[str, Any]:
    """Return what the body says. Raises BadRequest or ValidationError; an absent body reads as {}."""
    body = request.body
    given = _parsed(body, request) if body else {}
    value: dict[str, Any] = _reader(takes).run_validation(given)
    return value


@cache
def _reader(takes: type[Taken]) -> Taken:
    # One for ever: without data and instance a serializer keeps nothing of what it reads.
    return takes()


def _parsed(body: bytes, request: HttpRequest) -> Any:
    if request.content_type != "application/json":
        raise WrongMediaType("Send JSON, with Content-Type: application/json.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongMediaType("Send the body as it is, without Content-Encoding: nothing is unpacked here.")
    try:
        given = orjson.loads(body)
        json.loads(body, object_pairs_hook=_each_once, parse_int=str, parse_float=str)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from error
    except RecursionError:
        raise BadRequest("The body is nested too deep.") from None
    return given


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    """Raise BadRequest for an object that says one thing twice: which of the two is meant, nobody can know."""
    if len({name for name, _ in pairs}) < len(pairs):
        twice = next(
            name for at, (name, _) in enumerate(pairs) if any(name == other for other, _ in pairs[:at])
        )
        raise BadRequest("The body says one thing twice.", code="bad_fields", fields={twice: "Give it once."})


def _fault(values: dict[str, Any]) -> str:
    """What no value may hold, however deep, or nothing."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        if any(NUL in each for each in level if isinstance(each, str)):
            return "Text cannot contain the character U+0000."
        level = [part for each in level for part in _parts(each)]
        if not level:
            return ""
    return f"Values cannot be nested {DEEPEST} deep."


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
