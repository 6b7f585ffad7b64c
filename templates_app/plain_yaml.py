"""YAML as plain data, with the line of every path: text, true, false, null, lists and groups.

No tags, no anchors, no aliases; bounded in size, depth and number of entries.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from templates_app.reading import Fault, Unreadable

LARGEST_FILE = 256 * 1024
DEEPEST = 8
MOST_ENTRIES = 40_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_plain(text: str) -> tuple[Any, dict[str, int]]:
    """The document, and the line of each path such as `stages[2].name`. Raises Unreadable."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        raise Unreadable([Fault("", f"The file is too large. Keep it under {LARGEST_FILE // 1024} kB.")])
    try:
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        message = (
            f"This is not YAML: {broken.problem or broken.context}. Check indentation, colons and quotes."
        )
        raise Unreadable([Fault("", message, mark.line + 1 if mark else None)]) from None
    except (yaml.YAMLError, UnicodeError):
        raise Unreadable([Fault("", "The file holds characters that YAML does not allow.")]) from None
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    document = _plain(node, "", lines, faults) if node is not None else None
    if faults:
        raise Unreadable(faults)
    return document, lines


def _refuse_tricks(text: str) -> None:
    depth = 0
    for count, event in enumerate(_events(text)):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(
                [Fault("", "Anchors (&) and aliases (*) are not read. Write it out, or quote it.", line)]
            )
        if getattr(event, "tag", None):
            raise Unreadable(
                [Fault("", "Tags (!) are not read. Remove the tag, or put quotes around it.", line)]
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or count > MOST_ENTRIES:
            raise Unreadable([Fault("", "The file is nested too deeply or too long for a template.", line)])


def _events(text: str) -> Iterator[Any]:
    yield from yaml.parse(text, Loader=_Loader)


def _plain(node: Any, path: str, lines: dict[str, int], faults: list[Fault]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{at}]", lines, faults) for at, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, path, lines, faults)
    is_quoted = bool(node.style)
    if not is_quoted and node.value in ("", "~", "null"):
        return None
    if not is_quoted and node.value in ("true", "false"):
        return node.value == "true"
    return node.value


def _plain_mapping(node: Any, path: str, lines: dict[str, int], faults: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in node.value:
        line = name.start_mark.line + 1
        if not isinstance(name, yaml.ScalarNode):
            faults.append(Fault(path, "A name must be a single word", line))
            continue
        inner = f"{path}.{name.value}".lstrip(".")
        if name.value in found:
            faults.append(Fault(inner, "is given twice; keep one of them", line))
        found[name.value] = _plain(value, inner, lines, faults)
    return found
