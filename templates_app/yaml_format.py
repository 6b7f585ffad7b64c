"""Templates as YAML files for people: short where the defaults will do, errors with path and line.

Only plain data is read: no tags, no anchors, no aliases, bounded in size, depth and number of entries.
Every unquoted word is text but `true`, `false` and `null`, so an option may be called No or 2026.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from templates_app.definition import COLORS, SCHEMA, Definition
from templates_app.keys import make_key
from templates_app.parse import LONGEST_HELP, parse
from templates_app.plain_yaml import load_plain
from templates_app.reading import Fault, Reader, Unreadable
from templates_app.serialize import to_json

_HEAD = "# A CaseFy process template. Keys are the stable ids: rename things by their name, leave the key.\n"
_ABOUT = ("description", "icon", "color")


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """What a file holds: the definition and how the template is presented."""

    definition: Definition
    description: str = ""
    icon: str = "workflow"
    color: str = "blue"


def from_yaml(text: str) -> TemplateFile:
    """Read a file. Raises Unreadable with every fault, its path and its line."""
    document, lines = load_plain(text)
    try:
        return _read(document)
    except Unreadable as unreadable:
        raise Unreadable([_with_line(fault, lines) for fault in unreadable.faults]) from None


def to_yaml(file: TemplateFile) -> str:
    """The file as text, which `from_yaml` reads back to an equal TemplateFile."""
    document = to_json(file.definition)
    about = {name: getattr(file, name) for name in _ABOUT if getattr(file, name)}
    ordered = {"schema": document.pop("schema"), "name": document.pop("name"), **about, **document}
    for field in ordered["fields"]:
        if "options" in field:
            field["options"] = _short_options(field["options"])
    if "outcomes" in ordered:
        ordered["outcomes"] = _short_options(ordered["outcomes"])
    for owner, name in ((ordered, "forbidden_moves"), (ordered.get("reasons", {}), "moves")):
        if name in owner:
            owner[name] = [_Pair(move) for move in owner[name]]
    return _HEAD + yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _read(document: object) -> TemplateFile:
    if not isinstance(document, dict):
        raise Unreadable(
            [Fault("", "The file holds no template. Start it with a line such as name: Purchase")]
        )
    reader = Reader()
    about = {name: document.get(name) for name in _ABOUT}
    description = reader.text(about, "description", "", longest=LONGEST_HELP, lines=True)
    icon = reader.text(about, "icon", "", longest=40, default="workflow")
    color = reader.one_of(about, "color", "", COLORS, "blue") if about["color"] is not None else "blue"
    try:
        definition = parse(_completed({name: document[name] for name in document if name not in _ABOUT}))
    except Unreadable as unreadable:
        raise Unreadable([*reader.faults, *unreadable.faults]) from None
    if reader.faults:
        raise Unreadable(reader.faults)
    return TemplateFile(definition, description, icon, color)


def _with_line(fault: Fault, lines: dict[str, int]) -> Fault:
    path = fault.path
    while path and path not in lines:
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return Fault(fault.path, fault.message, lines.get(path))


# From the short form to the full one. Wrong pieces are left as they are: `parse` says what is wrong.


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    if document.get("schema") == str(SCHEMA):
        document["schema"] = SCHEMA
    _add_keys(document.get("stages"), "stage")
    _add_keys(document.get("fields"), "field")
    _add_keys(document.get("outcomes"), "outcome")
    named = [item for item in _dicts(document.get("stages")) if _is_named(item)]
    stages = {item["name"]: item["key"] for item in named} | {item["key"]: item["key"] for item in named}
    for field in _dicts(document.get("fields")):
        _add_keys(field.get("options"), "option")
        if isinstance(field.get("required_from"), str):
            field["required_from"] = stages.get(field["required_from"], field["required_from"])
    reasons = document.get("reasons")
    for moves in (
        document.get("forbidden_moves"),
        reasons.get("moves") if isinstance(reasons, dict) else None,
    ):
        for move in moves if isinstance(moves, list) else ():
            if isinstance(move, list):
                move[:] = [stages.get(end, end) if isinstance(end, str) else end for end in move]
    return document


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _is_named(item: dict[str, Any]) -> bool:
    return isinstance(item.get("name"), str) and isinstance(item.get("key"), str)


def _add_keys(items: object, fallback: str) -> None:
    if not isinstance(items, list):
        return
    for at, item in enumerate(items):
        if isinstance(item, str):
            items[at] = {"name": item}
    taken = {item["key"] for item in _dicts(items) if isinstance(item.get("key"), str)}
    for item in _dicts(items):
        if "key" not in item and isinstance(item.get("name"), str):
            item["key"] = make_key(item["name"], taken, fallback)
            taken.add(item["key"])


def _short_options(options: list[dict[str, Any]]) -> list[Any]:
    """Names alone, when they would be given the same keys and colours again."""
    names = [option["name"] for option in options]
    again: list[Any] = [*names]
    _add_keys(again, "option")
    plain = all(
        set(option) == {"key", "name", "color"}
        and option["color"] == "slate"
        and option["key"] == made["key"]
        for option, made in zip(options, again, strict=True)
    )
    return names if plain else options


class _Pair(list[str]):
    """A move, written on one line."""


class _Dumper(yaml.SafeDumper):
    """Plain data, indented lists, moves on one line, long texts as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _represent_pair(dumper: yaml.SafeDumper, pair: _Pair) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", pair, flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Pair, _represent_pair)
