"""What edits of stages, fields, options and outcomes share."""

from collections.abc import Sequence
from typing import TypeVar

from casefy.errors import Conflict, Invalid, Missing
from templates_app.definition import COLORS, Field, Option, Stage
from templates_app.parse import LONGEST_HELP, LONGEST_NAME
from templates_app.reading import listed
from templates_app.values import Unfit, fold
from templates_app.values.unfit import written
from tenants.words import clean_name

Item = TypeVar("Item", Stage, Field, Option)


def the(items: Sequence[Item], key: str, what: str, field: str = "") -> Item:
    """The item with this key. Raises Missing, naming the `field` that said which: its own name, if no other."""
    found = next((item for item in items if item.key == key), None)
    if found is None:
        sentence = f"There is no such {what} in this template."
        raise Missing(sentence, code=f"no_such_{what}", fields={field or what: sentence})
    return found


def swapped(items: Sequence[Item], new: Item) -> tuple[Item, ...]:
    """The items with the one of the same key exchanged."""
    return tuple(new if item.key == new.key else item for item in items)


def reordered(items: Sequence[Item], order: Sequence[str], what: str) -> tuple[Item, ...]:
    """The items in the order of the keys given. Retired ones, which screens leave out, keep their neighbours.

    Raises Invalid unless `order` names every item in use once.
    """
    place = {key: at for at, key in enumerate(order)}
    active = {item.key for item in items if not item.is_retired}
    if len(place) != len(order) or not active <= set(place) <= {item.key for item in items}:
        raise Invalid(
            f"Name every {what} once.", code="wrong_order", fields={"order": f"Name every {what} once."}
        )
    ranks: dict[str, tuple[int, int]] = {}
    last = -1
    for at, item in enumerate(items):
        last = place.get(item.key, last)
        ranks[item.key] = (last, 0 if item.key in place else at + 1)
    return tuple(sorted(items, key=lambda item: ranks[item.key]))


def free_name(raw: str, items: Sequence[Item], what: str, *, but: str = "", field: str = "name") -> str:
    """The name, tidied. Raises Invalid when it is empty, too long, or another one in use has it."""
    name = clean_name(raw, field=field, most=LONGEST_NAME, what=f"the {what}'s name")
    for item in items:
        if item.key != but and not item.is_retired and fold(item.name) == fold(name):
            sentence = f"Another {what} is called “{item.name}” already. Choose another name."
            raise Invalid(sentence, code="name_taken", fields={field: sentence})
    return name


def color_of(raw: str, field: str = "color") -> str:
    """One of the palette. Raises Invalid."""
    return one_of(raw, COLORS, field)


def one_of(raw: str, choices: Sequence[str], field: str) -> str:
    """One of the choices. Raises Invalid."""
    if raw not in choices:
        sentence = f"Choose {listed(choices)}."
        raise Invalid(sentence, fields={field: sentence})
    return raw


def help_of(raw: str, field: str = "help") -> str:
    """A help text, tidied. Raises Invalid for one that is too long or cannot be shown."""
    try:
        text = written(raw)
    except Unfit as unfit:
        raise Invalid(str(unfit), fields={field: str(unfit)}) from None
    if len(text) > LONGEST_HELP:
        sentence = f"Shorten this to {LONGEST_HELP:,} characters; it has {len(text):,}."
        raise Invalid(sentence, fields={field: sentence})
    return text


def not_too_many(items: Sequence[Item], most: int, what: str) -> None:
    """Raises Conflict when there is no room for another one."""
    if len(items) >= most:
        raise Conflict(f"A template has at most {most} {what}s, retired ones included.", code="too_many")
