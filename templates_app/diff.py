"""What changed between two versions of a definition: structured, and as sentences for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from templates_app.definition import Definition, Field, Option, Stage

ChangeKind = Literal["added", "removed", "retired", "restored", "changed", "moved"]
_WORDS = {
    "on_path": "expected path", "required_from": "required from", "is_personal": "personal data",
    "help": "help text", "column": "column in event logs", "number_pattern": "number pattern",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` is like `stages.review.name`; `before` and `after` are the values there."""

    kind: ChangeKind
    path: str
    sentence: str
    before: Any = None
    after: Any = None
    brief: str = ""

    @property
    def in_brief(self) -> str:
        """What changed, for a sentence that has named the thing already."""
        return self.brief or self.sentence.rstrip(".")


def changes(old: Definition | None, new: Definition) -> tuple[Change, ...]:
    """The differences in the order of the document. Without an old version everything is an addition."""
    old = old or Definition(name=new.name, number_pattern=new.number_pattern)
    return (
        *_plain(old, new),
        *_listed("stages", "stage", old.stages, new.stages, _Names(old, new)),
        *_listed("fields", "field", old.fields, new.fields, _Names(old, new)),
        *_listed("outcomes", "outcome", old.outcomes, new.outcomes, _Names(old, new)),
        *_of_moves(old, new),
        *_of_reasons(old, new),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    old: Definition
    new: Definition

    def stage(self, key: str) -> str:
        stage = self.new.stage(key) or self.old.stage(key)
        return f"“{stage.name}”" if stage else key

    def value(self, name: str, value: Any) -> str:
        if name == "required_from":
            return self.stage(value) if value else "no stage"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"“{value}”" if value else "nothing"


def _plain(old: Definition, new: Definition) -> Iterator[Change]:
    for name in ("name", "number_pattern"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            word = _WORDS.get(name, name)
            yield Change("changed", name, f"The {word} changes from “{before}” to “{after}”.", before, after)


def _listed(
    path: str,
    what: str,
    old: Sequence[Stage | Field | Option],
    new: Sequence[Stage | Field | Option],
    names: _Names,
) -> Iterator[Change]:
    before, after = {item.key: item for item in old}, {item.key: item for item in new}
    for item in new:
        if item.key not in before:
            yield Change("added", f"{path}.{item.key}", f"The {what} “{item.name}” is new.", None, item.name)
        else:
            yield from _of_item(f"{path}.{item.key}", what, before[item.key], item, names)
    for item in old:
        if item.key not in after:
            yield Change("removed", f"{path}.{item.key}", f"The {what} “{item.name}” goes.", item.name, None)
    stayed = [item.key for item in new if item.key in before]
    if stayed != [item.key for item in old if item.key in after]:
        order = ", ".join(f"“{item.name}”" for item in new if not item.is_retired)
        yield Change("moved", path, f"The {what}s stand in a new order: {order}.", [*before], [*after])


def _of_item(
    path: str, what: str, old: Stage | Field | Option, new: Stage | Field | Option, names: _Names
) -> Iterator[Change]:
    if old == new:
        return
    if old.is_retired != new.is_retired:
        kind: ChangeKind = "retired" if new.is_retired else "restored"
        yield Change(kind, path, f"The {what} “{new.name}” is {kind}.", old.is_retired, new.is_retired)
    for part in fields(old):
        before, after = getattr(old, part.name), getattr(new, part.name)
        if before == after or part.name in ("key", "is_retired", "options"):
            continue
        word = _WORDS.get(part.name, part.name.replace("_", " "))
        spoken = f"from {names.value(part.name, before)} to {names.value(part.name, after)}"
        sentence = f"The {what} “{old.name}”: {word} changes {spoken}."
        brief = f"{word} {spoken}"
        yield Change("changed", f"{path}.{part.name}", sentence, before, after, brief)
    if isinstance(old, Field) and isinstance(new, Field):
        yield from _listed(f"{path}.options", f"“{new.name}” option", old.options, new.options, names)


def _of_moves(old: Definition, new: Definition) -> Iterator[Change]:
    names = _Names(old, new)
    for start, end in sorted(new.forbidden_moves - old.forbidden_moves):
        sentence = f"Moving from {names.stage(start)} to {names.stage(end)} is forbidden."
        yield Change("added", f"forbidden_moves.{start}.{end}", sentence, None, [start, end])
    for start, end in sorted(old.forbidden_moves - new.forbidden_moves):
        sentence = f"Moving from {names.stage(start)} to {names.stage(end)} is allowed again."
        yield Change("removed", f"forbidden_moves.{start}.{end}", sentence, [start, end], None)


def _of_reasons(old: Definition, new: Definition) -> Iterator[Change]:
    names = _Names(old, new)
    for kind in sorted(new.reason_kinds ^ old.reason_kinds):
        asked = kind in new.reason_kinds
        sentence = f"A reason is {'asked for' if asked else 'no longer asked for'} on every {kind}."
        yield Change("added" if asked else "removed", f"reasons.kinds.{kind}", sentence, not asked, asked)
    for start, end in sorted(new.reason_moves ^ old.reason_moves):
        asked = (start, end) in new.reason_moves
        spoken = f"from {names.stage(start)} to {names.stage(end)}"
        sentence = f"Moving {spoken} {'asks for' if asked else 'no longer asks for'} a reason."
        path = f"reasons.moves.{start}.{end}"
        yield Change("added" if asked else "removed", path, sentence, not asked, asked)


def summary_of(old: Definition, new: Definition, most: int = 3) -> str:
    """The changes in one line, for the sentence of an event: the first few, and how many more."""
    briefs = [change.in_brief for change in changes(old, new)]
    more = f" and {len(briefs) - most} more" if len(briefs) > most else ""
    return "; ".join(briefs[:most]) + more
