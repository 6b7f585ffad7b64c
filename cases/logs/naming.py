"""What fields are called for people, where a file's columns have names made for programs. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_MADE_FOR_PROGRAMS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.:\-][A-Za-z0-9]+)*", re.ASCII)
_WHOSE = re.compile(r"(?:case|event)[_:](?=.)")
_PARTS = re.compile(r"[_.:\-]+|(?<=[a-z0-9])(?=[A-Z])")


def names_for_people(columns: Iterable[str]) -> Mapping[str, str]:
    """A name for each column: `priority_code` is “Priority code”, what was written for people stays as it is.

    `case_` and `event_`, which say whose column it is, go where the names stay different without them.
    """
    known = list(columns)
    shared = Counter(_spoken(_WHOSE.sub("", column, count=1)) for column in known)
    return {column: _name(column, shared) for column in known}


def _name(column: str, shared: Mapping[str, int]) -> str:
    brief = _spoken(_WHOSE.sub("", column, count=1))
    return brief if shared[brief] == 1 else _spoken(column)


def _spoken(column: str) -> str:
    if not _MADE_FOR_PROGRAMS.fullmatch(column) or (column[0].isupper() and "_" not in column):
        return column
    words = " ".join(
        word if word.isupper() and len(word) < 4 else word.lower() for word in _PARTS.split(column)
    )
    return words[0].upper() + words[1:]
