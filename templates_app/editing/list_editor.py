"""What can be done to a definition's stages can be done to its fields: one editor for both lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

from casefy.errors import Conflict
from templates_app.definition import Definition
from templates_app.editing.lists import Item, free_name, reordered, swapped, the


@dataclass(frozen=True, slots=True)
class ListEditor(Generic[Item]):
    """Edits of one of a definition's lists. `what` it holds is a word, `attribute` its name in the definition.

    `was_published` says why something that was published cannot be removed. Edits raise Missing for an unknown key.
    """

    what: str
    attribute: str
    was_published: str

    def items(self, definition: Definition) -> tuple[Item, ...]:
        """Return everything in the list, what is retired included."""
        found: tuple[Item, ...] = getattr(definition, self.attribute)
        return found

    def the(self, definition: Definition, key: str) -> Item:
        """Return the one with this key. Raises Missing."""
        return the(self.items(definition), key, self.what)

    def free_name(self, definition: Definition, raw: str, *, but: str = "") -> str:
        """Return a name, tidied, that no other one in use has. Raises Invalid."""
        return free_name(raw, self.items(definition), self.what, but=but)

    def changed(self, definition: Definition, key: str, **changes: Any) -> tuple[Definition, Item]:
        """One of them with other values, checked before."""
        new = replace(self.the(definition, key), **changes)
        return self._with(definition, swapped(self.items(definition), new)), new

    def ordered(self, definition: Definition, order: Sequence[str]) -> Definition:
        """All of them in the order of the keys given. Raises Invalid."""
        return self._with(definition, reordered(self.items(definition), order, self.what))

    def retired(self, definition: Definition, key: str) -> tuple[Definition, Item]:
        """One of them no longer in use. Raises Conflict for one that is not."""
        item = self.the(definition, key)
        if item.is_retired:
            raise Conflict(f"“{item.name}” is retired already.", code="retired")
        return self.changed(definition, key, is_retired=True)

    def restored(self, definition: Definition, key: str, **changes: Any) -> tuple[Definition, Item]:
        """A retired one back in use, in its old place. Raises Conflict for one in use, Invalid for a name taken."""
        item = self.the(definition, key)
        if not item.is_retired:
            raise Conflict(f"“{item.name}” is in use already.", code="not_retired")
        self.free_name(definition, item.name, but=key)
        return self.changed(definition, key, is_retired=False, **changes)

    def without(
        self, definition: Definition, published: Definition | None, key: str
    ) -> tuple[Definition, Item]:
        """One of them gone for good. Raises Conflict for one that was published."""
        if published and any(item.key == key for item in self.items(published)):
            raise Conflict(self.was_published, code="was_published")
        item = self.the(definition, key)
        kept = tuple(other for other in self.items(definition) if other.key != key)
        return self._with(definition, kept), item

    def _with(self, definition: Definition, items: tuple[Item, ...]) -> Definition:
        return replace(definition, **{self.attribute: items})  # type: ignore[arg-type]
