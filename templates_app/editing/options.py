"""Edits of lists of options: of a choice field, and the outcomes of a template."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from casefy.errors import Invalid
from templates_app.definition import Option
from templates_app.editing.lists import color_of, free_name
from templates_app.keys import make_key


def merged_options(
    old: Sequence[Option], given: Sequence[Mapping[str, Any]], kept: Container[str], *, most: int, what: str,
    field: str,
) -> tuple[Option, ...]:  # fmt: skip
    """The options after somebody edited the whole list.

    Each one given has a `name`, and a `color` and the `key` it had; without a key it is new, unless an old
    one has that name; one that says `is_retired` is no longer offered. What is left out goes, but those in `kept`
    (once published) are retired instead. Raises Invalid for names that are empty, or offered twice.
    """
    if len(given) > most:
        raise Invalid(f"Keep it to {most} {what}s.", fields={field: f"Keep it to {most} {what}s."})
    known = {option.key: option for option in old}
    names = {option.name: option.key for option in old}
    new: list[Option] = []
    for item in given:
        is_retired = bool(item.get("is_retired"))
        name = free_name(str(item.get("name", "")), () if is_retired else new, what, field=field)
        key = item.get("key") or names.get(name)
        was = known.get(key) if key and key not in {option.key for option in new} else None
        taken = {*known, *(option.key for option in new)}
        color = color_of(item["color"], field) if item.get("color") else was.color if was else "slate"
        new.append(Option(was.key if was else make_key(name, taken, what), name, color, is_retired))
    used = {option.key for option in new}
    left_out = (replace(o, is_retired=True) for o in old if o.key not in used and o.key in kept)
    return (*new, *left_out)
