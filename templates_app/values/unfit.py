"""What the field kinds share: refusing a value, the place it is entered in, its row in the typed index."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from casefy.writing import PLAIN, Writing

INDEXED_CHARACTERS = 200


class Unfit(ValueError):
    """The value does not fit the field. The text is one sentence for a person and names the remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where values are entered and shown: the organization's time zone, its members' names by id, its writing.

    `members` None means that membership is checked elsewhere; `active_members` None means that every known
    member may be chosen.
    """

    zone: tzinfo = UTC
    members: Mapping[str, str] | None = None
    active_members: frozenset[str] | None = None
    writing: Writing = PLAIN


class IndexTerm(NamedTuple):
    """One row of the typed index: one of the three is the sortable form of the value (money has two)."""

    text: str | None = None
    number: float | None = None
    instant: datetime | None = None


def fold(text: str) -> str:
    """How text is compared and sorted: compatibility form, case folded, the first 200 characters."""
    folded = unicodedata.normalize("NFKC", text[:INDEXED_CHARACTERS].strip()).casefold()
    return unicodedata.normalize("NFKC", folded)[:INDEXED_CHARACTERS].strip()


def written(raw: object) -> str:
    """The raw value as trimmed text in canonical form. Raises Unfit when it cannot be stored."""
    if not isinstance(raw, str):
        raise Unfit("Enter text here.")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in "\n\t"):
            raise Unfit(f"Remove the unprintable character U+{ord(character):04X}.")
    return text
