"""Who is meant by `@Name` in a comment."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from casefy.errors import Invalid
from tenants.directory import Directory

MOST = 50


def mentioned(text: str, people: Directory, also: Iterable[UUID] = ()) -> list[UUID]:
    """Return the ids of the active members named in a text as `@Full Name`, or given in `also`.

    Longer names win over shorter ones that begin the same. Raises Invalid for ids of nobody.
    """
    found: dict[UUID, None] = {}
    for id_ in also:
        person = people.people.get(id_)
        if person is None or not person.is_active:
            raise Invalid(
                "You named somebody who is not here.", fields={"mentions": "Name active members alone."}
            )
        found[id_] = None
    if "@" in text:
        found |= dict.fromkeys(_named(_folded(text), people))
    return list(found)[:MOST]


def _named(text: str, people: Directory) -> Iterator[UUID]:
    """Find the ids by looking up what follows each @: the work grows with the text, not with the members."""
    named: dict[str, UUID] = {}
    for person in people.active_people():
        named.setdefault(_folded(person.name), person.id)
    lengths: dict[str, set[int]] = {}  # of the names, by their first letter
    for name in named:
        lengths.setdefault(name[:1], set()).add(len(name))
    longest_first = {letter: sorted(each, reverse=True) for letter, each in lengths.items()}
    at = text.find("@")
    while at >= 0:
        start = at + 1
        # A name ends where a word ends, and an @ inside a word is an e-mail address.
        if not _is_of_word(text[at - 1 : at]):
            for length in longest_first.get(text[start : start + 1], ()):
                name = text[start : start + length]
                if name in named and not _is_of_word(text[start + length : start + length + 1]):
                    yield named[name]
                    break
        at = text.find("@", start)


def _folded(text: str) -> str:
    """Return text in small letters, each in its place: the few that would become two stay as they are."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
