"""The history of one field of a case: the events that gave it another value, or its first one."""

from collections.abc import Iterable

from cases.actions.changing import TITLE
from templates_app.definition import Definition
from timeline.queries import Told


def of_field(events: Iterable[Told], key: str) -> list[Told]:
    """Return the events without the opening of the case, where that left the field empty.

    The timeline finds by a list of what was changed; the opening, always the first event, is not on it.
    """
    return [event for event in events if event.seq != 1 or _began_with(event, key)]


def has_history(definition: Definition, key: str) -> bool:
    """Return whether there is such a field to ask for: one of the template's, or $title."""
    return key == TITLE or definition.field(key) is not None


def _began_with(event: Told, key: str) -> bool:
    return key == TITLE or key in (event.fact.get("data") or {})
