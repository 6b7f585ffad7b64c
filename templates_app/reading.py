"""Reading untrusted JSON-like data piece by piece: every fault is noted with its path."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

MOST_FAULTS = 50
# What no name of a template may hold.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNPRINTABLE_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document. `path` is like `stages[2].category`; files have a `line` too."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}, " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class Unreadable(ValueError):
    """The document does not describe a template; `faults` say where and what to write instead."""

    def __init__(self, faults: Collection[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def listed(words: Collection[str]) -> str:
    """`a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


class Reader:
    """Collects faults while the pieces of a document are read. Wrong pieces come back as their defaults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        """Note that something is wrong; raises Unreadable when there is too much of it."""
        self.faults.append(Fault(path, message))
        if len(self.faults) >= MOST_FAULTS:
            raise Unreadable(self.faults)

    def mapping(self, value: object, path: str, known: Collection[str]) -> dict[str, Any]:
        """An object with none but the known names."""
        if not isinstance(value, dict):
            self.fault(path, "must be a group of names and values")
            return {}
        for name in value:
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                meant = f"did you mean {near[0]}?" if near else f"use {listed(known)}"
                self.fault(f"{path}.{name}".lstrip("."), f"is not known here; {meant}")
        return value

    def items(self, source: dict[str, Any], name: str, path: str, most: int) -> Iterator[tuple[str, Any]]:
        """The members of a list, each with its path; a missing list is empty."""
        value = source.get(name)
        path = f"{path}.{name}".lstrip(".")
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self.fault(path, "must be a list")
            return
        if len(value) > most:
            self.fault(path, f"has {len(value)} entries; keep at most {most}")
            return
        for at, item in enumerate(value):
            yield f"{path}[{at}]", item

    def text(
        self, source: dict[str, Any], name: str, path: str, *, longest: int, default: str | None = "",
        lines: bool = False,
    ) -> str:  # fmt: skip
        """Printable text. `default` None means that there must be some."""
        value = source.get(name)
        path = f"{path}.{name}".lstrip(".")
        if value is None or (value == "" and default is not None):
            if default is None:
                self.fault(path, "is missing")
            return default or ""
        if not isinstance(value, str):
            self.fault(path, "must be text; put quotes around it")
        elif not value.strip():
            self.fault(path, "must not be blank")
        elif len(value) > longest:
            self.fault(path, f"has {len(value)} characters; keep it to {longest}")
        elif (_UNPRINTABLE_LINES if lines else UNPRINTABLE).search(value):
            self.fault(path, "holds a character that cannot be printed; remove it")
        else:
            return value
        return default or ""

    def flag(self, source: dict[str, Any], name: str, path: str, *, default: bool) -> bool:
        """True or false."""
        value = source.get(name, default)
        if not isinstance(value, bool):
            self.fault(f"{path}.{name}".lstrip("."), "choose true or false")
            return default
        return value

    def one_of(
        self, source: dict[str, Any], name: str, path: str, choices: Collection[str], default: str | None
    ) -> str:
        """One of the choices. `default` None means that it must be given."""
        value = source.get(name, default)
        if not isinstance(value, str) or value not in choices:
            self.fault(f"{path}.{name}".lstrip("."), f"choose {listed(choices)}")
            return default or next(iter(choices))
        return value
