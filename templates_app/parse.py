"""From JSON to a Definition. Unknown names are refused; every fault carries its path. Back: `serialize`.

`parse` reads what a document says; whether the process it describes makes sense is for `soundness`.
"""

from typing import Any, cast

from templates_app.definition import (
    CATEGORIES,
    CHOOSING_KINDS,
    COLORS,
    FIELD_KINDS,
    REASON_KINDS,
    SCHEMA,
    Category,
    Definition,
    Field,
    Move,
    Option,
    Stage,
)
from templates_app.keys import KEY
from templates_app.numbering import LONGEST_PATTERN
from templates_app.reading import Fault, Reader, Unreadable
from templates_app.values.currencies import DECIMALS

__all__ = ["Fault", "Unreadable", "parse"]

LONGEST_NAME = 200
LONGEST_TEMPLATE_NAME = 120
LONGEST_HELP = 2_000
MOST_STAGES, MOST_FIELDS, MOST_OPTIONS, MOST_OUTCOMES, MOST_MOVES = 500, 300, 500, 100, 20_000

_TOP = ("schema", "name", "number_pattern", "stages", "fields", "forbidden_moves", "reasons", "outcomes")
_STAGE = ("key", "name", "color", "category", "on_path", "is_retired", "help")
_OPTION = ("key", "name", "color", "is_retired")
_FIELD = (
    "key",
    "name",
    "kind",
    "help",
    "required_from",
    "options",
    "is_personal",
    "is_retired",
    "currency",
    "unit",
    "column",
)
_REASONS = ("kinds", "moves")


def parse(document: object) -> Definition:
    """The definition a JSON document describes. Raises Unreadable with every fault found."""
    reader = Reader()
    top = reader.mapping(document, "", _TOP)
    if top.get("schema", SCHEMA) != SCHEMA or isinstance(top.get("schema"), bool):
        reader.fault("schema", f"must be {SCHEMA}; a higher number needs a newer CaseFy")
    stages = tuple(_stage(reader, item, path) for path, item in reader.items(top, "stages", "", MOST_STAGES))
    keys = _unique(reader, "stages", stages)
    fields = tuple(
        _field(reader, item, path, keys) for path, item in reader.items(top, "fields", "", MOST_FIELDS)
    )
    _unique(reader, "fields", fields)
    reasons = reader.mapping(top.get("reasons") or {}, "reasons", _REASONS)
    definition = Definition(
        name=reader.text(top, "name", "", longest=LONGEST_TEMPLATE_NAME, default=None),
        number_pattern=reader.text(top, "number_pattern", "", longest=LONGEST_PATTERN, default="{number}"),
        stages=stages,
        fields=fields,
        forbidden_moves=_moves(reader, top, "forbidden_moves", "", keys),
        reason_kinds=_reason_kinds(reader, reasons),
        reason_moves=_moves(reader, reasons, "moves", "reasons", keys),
        outcomes=_options(reader, top, "outcomes", "", MOST_OUTCOMES),
    )
    if reader.faults:
        raise Unreadable(reader.faults)
    return definition


def _key(reader: Reader, source: dict[str, Any], path: str) -> str:
    key = source.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        reader.fault(f"{path}.key", "start with a small letter, then small letters, digits and _, at most 63")
        return path
    return key


def _stage(reader: Reader, item: object, path: str) -> Stage:
    source = reader.mapping(item, path, _STAGE)
    return Stage(
        key=_key(reader, source, path),
        name=reader.text(source, "name", path, longest=LONGEST_NAME, default=None),
        color=reader.one_of(source, "color", path, COLORS, "slate"),
        category=cast("Category", reader.one_of(source, "category", path, CATEGORIES, "open")),
        on_path=reader.flag(source, "on_path", path, default=True),
        is_retired=reader.flag(source, "is_retired", path, default=False),
        help=reader.text(source, "help", path, longest=LONGEST_HELP, lines=True),
    )


def _field(reader: Reader, item: object, path: str, stages: frozenset[str]) -> Field:
    source = reader.mapping(item, path, _FIELD)
    kind = reader.one_of(source, "kind", path, FIELD_KINDS, None)
    options = _options(reader, source, "options", path, MOST_OPTIONS)
    if options and kind not in CHOOSING_KINDS:
        reader.fault(f"{path}.options", f"belong to a choice; a field of kind {kind} has none")
    required_from = source.get("required_from")
    if required_from is not None and (not isinstance(required_from, str) or required_from not in stages):
        reader.fault(f"{path}.required_from", "give the key of one of the stages")
    currency = source.get("currency")
    if currency is not None and (
        kind != "money" or not isinstance(currency, str) or currency not in DECIMALS
    ):
        reader.fault(f"{path}.currency", "give three letters such as EUR, for a field of kind money")
    return Field(
        key=_key(reader, source, path),
        name=reader.text(source, "name", path, longest=LONGEST_NAME, default=None),
        kind=kind,
        help=reader.text(source, "help", path, longest=LONGEST_HELP, lines=True),
        required_from=required_from,
        options=options,
        is_personal=reader.flag(source, "is_personal", path, default=False),
        is_retired=reader.flag(source, "is_retired", path, default=False),
        currency=currency,
        unit=reader.text(source, "unit", path, longest=20),
        column=reader.text(source, "column", path, longest=LONGEST_NAME),
    )


def _options(reader: Reader, source: dict[str, Any], name: str, path: str, most: int) -> tuple[Option, ...]:
    found = []
    for at, item in reader.items(source, name, path, most):
        option = reader.mapping(item, at, _OPTION)
        found.append(
            Option(
                key=_key(reader, option, at),
                name=reader.text(option, "name", at, longest=LONGEST_NAME, default=None),
                color=reader.one_of(option, "color", at, COLORS, "slate"),
                is_retired=reader.flag(option, "is_retired", at, default=False),
            )
        )
    _unique(reader, f"{path}.{name}".lstrip("."), found)
    return tuple(found)


def _unique(reader: Reader, path: str, things: "tuple[Stage | Field, ...] | list[Option]") -> frozenset[str]:
    seen: set[str] = set()
    for at, thing in enumerate(things):
        if thing.key in seen:
            reader.fault(f"{path}[{at}].key", f"{thing.key} is used twice; give each its own key")
        seen.add(thing.key)
    return frozenset(seen)


def _moves(
    reader: Reader, source: dict[str, Any], name: str, path: str, stages: frozenset[str]
) -> frozenset[Move]:
    found = set()
    for at, item in reader.items(source, name, path, MOST_MOVES):
        if not isinstance(item, list | tuple) or len(item) != 2:
            reader.fault(at, "give two stages, from and to, such as [review, intake]")
        elif unknown := [key for key in item if not isinstance(key, str) or key not in stages]:
            reader.fault(at, f"there is no stage with the key {unknown[0]}")
        elif item[0] == item[1]:
            reader.fault(at, "name two different stages")
        else:
            found.add((item[0], item[1]))
    return frozenset(found)


def _reason_kinds(reader: Reader, reasons: dict[str, Any]) -> frozenset[str]:
    found = set()
    for at, item in reader.items(reasons, "kinds", "reasons", len(REASON_KINDS)):
        if item in REASON_KINDS:
            found.add(item)
        else:
            reader.fault(at, f"choose {', '.join(REASON_KINDS[:-1])} or {REASON_KINDS[-1]}")
    return frozenset(found)
