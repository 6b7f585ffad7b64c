"""A body that an address of the API takes, made from what the OpenAPI document says it needs."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

DOCUMENT = Path(__file__).resolve().parents[2] / "api" / "openapi.json"


@cache
def document() -> dict[str, Any]:
    """The committed OpenAPI document."""
    return json.loads(DOCUMENT.read_text())


def body_for(pattern: str, method: str) -> Any:
    """The least body that is right in form, or {} where the document asks for none."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
    operation = document()["paths"].get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", content.get("application/merge-patch+json", {})).get("schema")
    return sample(schema) if schema else {}


def sample(schema: dict[str, Any]) -> Any:
    """The least value of a schema."""
    if "$ref" in schema:
        found: Any = document()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return sample(found)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    return _MAKERS[kind[0] if isinstance(kind, list) else kind](schema)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    known = schema.get("properties", {})
    wanted = schema.get("required") or (list(known)[:1] if schema.get("minProperties") else [])
    return {name: sample(known[name]) for name in wanted}


def _text(schema: dict[str, Any]) -> str:
    kinds = {"uuid": str(uuid4()), "email": "x@example.org", "date": "2030-01-01"}
    return kinds.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


_MAKERS = {
    "object": _object,
    "string": _text,
    "integer": lambda schema: schema.get("minimum", 1),
    "number": lambda schema: schema.get("minimum", 1),
    "boolean": lambda schema: True,  # noqa: ARG005
    "array": lambda schema: [sample(schema["items"])] * schema.get("minItems", 0),
    None: lambda schema: "x",  # noqa: ARG005
}
