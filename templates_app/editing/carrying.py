"""Taking over a definition from elsewhere without losing what cases rely on."""

from collections.abc import Sequence
from dataclasses import replace

from casefy.errors import Invalid
from templates_app.definition import Definition, Field, Option, Stage
from templates_app.editing.lists import Item


def carried_over(published: Definition | None, new: Definition) -> Definition:
    """The new definition with everything once published: what it leaves out is retired, not gone.

    Raises Invalid where a published field would change its kind.
    """
    if published is None:
        return new
    wrong = {
        f"fields.{field.key}": f"“{field.name}” was published as {before.kind}: give it another key."
        for field in new.fields
        if (before := published.field(field.key)) is not None and before.kind != field.kind
    }
    if wrong:
        raise Invalid("A published field cannot change its kind.", code="kind_is_fixed", fields=wrong)
    fields = tuple(_with_old_options(published, field) for field in new.fields)
    return replace(
        new,
        stages=_with_old(new.stages, published.stages),
        fields=_with_old(fields, published.fields),
        outcomes=_with_old(new.outcomes, published.outcomes),
    )


def _with_old(new: Sequence[Item], old: Sequence[Item]) -> tuple[Item, ...]:
    """Left-out items stand, retired, behind the neighbour they had."""
    result = list(new)
    keys = {item.key for item in new}
    for at, item in enumerate(old):
        if item.key not in keys:
            before = next((i for i, other in enumerate(result) if at and other.key == old[at - 1].key), -1)
            result.insert(before + 1 if at else 0, replace(item, is_retired=True))
    return tuple(result)


def _with_old_options(published: Definition, field: Field) -> Field:
    before = published.field(field.key)
    return replace(field, options=_with_old(field.options, before.options)) if before else field


def left_out(published: Definition, new: Definition) -> list[Stage | Field | Option]:
    """What was published and would be gone: always empty for definitions made by edits."""
    pairs: list[tuple[Sequence[Stage | Field | Option], Sequence[Stage | Field | Option]]] = [
        (published.stages, new.stages),
        (published.fields, new.fields),
        (published.outcomes, new.outcomes),
    ]
    return [item for old, now in pairs for item in old if item.key not in {other.key for other in now}]
