"""The values that an event changed, before and after: by name, and written as this organization writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.actions.changing import TITLE
from templates_app.definition import Definition, Field
from templates_app.values import Place, show
from timeline.bodies import REDACTED
from timeline.queries import Told

# Shown from what is stored, in the organization's writing of today. Other kinds read as they read then.
_WRITTEN_ANEW = frozenset({"integer", "decimal", "money", "date", "datetime"})
_UNITLESS = frozenset({"money", "date", "datetime"})


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as people read it. `key` is the field's."""

    key: str
    name: str
    before: str
    after: str

    @property
    def is_redacted(self) -> bool:
        """Return whether what it was, and what it became, was taken out for good."""
        return self.before == self.after == REDACTED


def changes_of(
    event: Told, place: Place, definition: Definition | None = None, *, opening: bool = False
) -> list[Change]:
    """Return the values an event changed. `opening` counts in the ones that a case began with.

    An imported row, and the opening, name their fields by key alone: they need the template's `definition`.
    """
    fact = event.fact
    changes = fact.get("changes")
    if isinstance(changes, Mapping):
        return [_told_then(key, each, place, definition) for key, each in changes.items()]
    if definition is None:
        return []
    source = fact.get("source")
    read = source.get("changes") if isinstance(source, Mapping) else None
    found = [_read_now(key, each, place, definition) for key, each in (read or {}).items()]
    if opening and event.type == "case.opened":
        title = [Change(TITLE, "Title", "", str(fact["title"]))] if "title" in fact else []
        data = fact.get("data") or {}
        return [*title, *(_read_now(key, [None, value], place, definition) for key, value in data.items())]
    return found


def _told_then(key: str, each: Any, place: Place, definition: Definition | None) -> Change:
    known = definition.field(key) if definition else None
    if not isinstance(each, Mapping):
        return Change(key, known.name if known else key, REDACTED, REDACTED)
    name, kind = str(each.get("name", key)), str(each.get("kind", ""))
    if kind in _WRITTEN_ANEW and (kind in _UNITLESS or (known and known.kind == kind)):
        field = known if known and known.kind == kind else Field(key, name, kind)
        return Change(key, name, show(field, each["from"], place), show(field, each["to"], place))
    return Change(key, name, str(each.get("from_shown", "")), str(each.get("to_shown", "")))


def _read_now(key: str, each: Any, place: Place, definition: Definition) -> Change:
    field = definition.field(key)
    name = field.name if field else key
    if not isinstance(each, list) or len(each) != 2:
        return Change(key, name, REDACTED, REDACTED)
    return Change(key, name, _shown(field, each[0], place), _shown(field, each[1], place))


def _shown(field: Field | None, stored: Any, place: Place) -> str:
    if stored is None or stored == REDACTED:
        return "" if stored is None else REDACTED
    return show(field, stored, place) if field else str(stored)
