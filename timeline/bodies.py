"""The body of an event: its JSON, and the salted commitments that let it be erased and still verify.

Format: docs/timeline-format.md. A personal value is not in the body itself; in its place stands
`{"$p": "<hex>"}`, the SHA-256 of a salt of its own and the value's JSON. Salt and value stand in
the map beside the body, from where one can be removed without touching the chain.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

PERSONAL_MARK = "$p"
REDACTED = "[redacted]"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body as it is handed to the notary."""

    salt: bytes
    body: str
    personal: str | None

    @property
    def commitment(self) -> bytes:
        """Return what the chain keeps of the body."""
        return commitment_of(self.salt, self.body)


def commitment_of(salt: bytes, body: str) -> bytes:
    """Return SHA-256(salt ‖ body), the body as UTF-8 just as it is stored."""
    return sha256(salt + body.encode()).digest()


def seal(
    *,
    by: str,
    reason: str,
    about: Mapping[str, Any],
    personal: Iterable[tuple[str, ...]] = (),
) -> Sealed:
    """Return the body `{"by", "reason", "fact"}` with the actor's name, the reason and what stands at
    the `personal` paths set apart."""
    apart: dict[str, list[Any]] = {}
    document: dict[str, Any] = {"by": _set_apart(by, apart), "fact": dict(about)}
    if reason:
        document["reason"] = _set_apart(reason, apart)
    for path in personal:
        _set_apart_at(document["fact"], path, apart)
    body = orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()
    return Sealed(os.urandom(16), body, orjson.dumps(apart).decode())


def unseal(body: str | None, personal: str | None) -> dict[str, Any] | None:
    """Return the document with its personal values in place; None where the body was erased.

    A personal value that was redacted reads `[redacted]`.
    """
    if body is None:
        return None
    document = orjson.loads(body)
    values = orjson.loads(personal) if personal else {}
    resolved: dict[str, Any] = _put_back(document, values)
    return resolved


def _set_apart_at(node: dict[str, Any], path: tuple[str, ...], apart: dict[str, list[Any]]) -> None:
    name, *rest = path
    value = node.get(name)
    if value in (None, "", [], {}):
        return
    if rest:
        node[name] = dict(value)  # the fact is frozen: what is changed is a copy
        _set_apart_at(node[name], tuple(rest), apart)
    else:
        node[name] = _set_apart(value, apart)


def _set_apart(value: Any, apart: dict[str, list[Any]]) -> dict[str, str]:
    salt = os.urandom(16)
    mark = sha256(salt + orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
    apart[mark] = [salt.hex(), value]
    return {PERSONAL_MARK: mark}


def _put_back(node: Any, values: Mapping[str, list[Any]]) -> Any:
    if isinstance(node, dict):
        if len(node) == 1 and PERSONAL_MARK in node:
            known = values.get(node[PERSONAL_MARK])
            return known[1] if known else REDACTED
        return {key: _put_back(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_put_back(value, values) for value in node]
    return node
