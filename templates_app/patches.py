"""What an edit changed in a definition's document, small enough for an event, exact enough to repeat it.

A patch maps a path to `[before, after]`: `stages.review` to the stage before and after (None where there is
none), `stages` to the order of keys, `forbidden_moves` to the pairs gone and the pairs new.
"""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
Patch = dict[str, list[Any]]

_PLAIN = ("schema", "name", "number_pattern")
_KEYED = ("stages", "fields", "outcomes")
_SETS = (("forbidden_moves",), ("reasons", "kinds"), ("reasons", "moves"))


def patch_between(old: Document, new: Document) -> Patch:
    """The patch that turns one document (as `to_json` writes it) into the other."""
    patch: Patch = {name: [old[name], new[name]] for name in _PLAIN if old[name] != new[name]}
    for name in _KEYED:
        before, after = _by_key(old, name), _by_key(new, name)
        for key in [*before, *(key for key in after if key not in before)]:
            if before.get(key) != after.get(key):
                patch[f"{name}.{key}"] = [before.get(key), after.get(key)]
        if [*before] != [*after]:
            patch[name] = [[*before], [*after]]
    for path in _SETS:
        was, now = _at(old, path), _at(new, path)
        gone, fresh = [item for item in was if item not in now], [item for item in now if item not in was]
        if gone or fresh:
            patch[".".join(path)] = [gone, fresh]
    return patch


def apply_patch(document: Document, patch: Patch) -> dict[str, Any]:
    """The document after the edit. Raises KeyError for a patch that belongs to another document."""
    result = dict(document)
    for name in _PLAIN:
        if name in patch:
            result[name] = patch[name][1]
    for name in _KEYED:
        items = _by_key(result, name)
        for path, (_, after) in patch.items():
            section, _, key = path.partition(".")
            if section == name and key:
                items[key] = after
        order = patch[name][1] if name in patch else [*items]
        result[name] = [items[key] for key in order]
    for place in _SETS:
        gone, fresh = patch.get(".".join(place), [[], []])
        _put(result, place, [item for item in _at(result, place) if item not in gone] + fresh)
    return result


def _by_key(document: Document, name: str) -> dict[str, Any]:
    return {item["key"]: item for item in document.get(name, ())}


def _at(document: Document, path: tuple[str, ...]) -> list[Any]:
    node: Any = document
    for name in path:
        node = node.get(name, {})
    return list(node)


def _put(document: dict[str, Any], path: tuple[str, ...], value: list[Any]) -> None:
    *parents, last = path
    for name in parents:
        document[name] = document = dict(document.get(name, {}))
    document[last] = value
