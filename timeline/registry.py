"""Every kind of event CaseFy can record, and everyone who listens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, dataclass_transform

from django.db.models import Model

from casefy.writing import writing

STREAM_KINDS = ("case", "template", "organization")


class Fact:
    """What an event says, as typed fields whose values are plain JSON. Subclasses use `@fact`.

    The class attributes feed the timeline's text and icon, the event catalogue, and erasure
    (`personal`: the names of fields that speak of a person and are committed to one by one).
    """

    type: ClassVar[str]
    stream: ClassVar[str]
    sentence: ClassVar[str | Mapping[str, str]]
    tone: ClassVar[str]
    icon: ClassVar[str]
    personal: ClassVar[frozenset[tuple[str, ...]]]
    dismissed: ClassVar[tuple[str, ...]]
    names: ClassVar[tuple[str, ...]]

    def body(self) -> dict[str, Any]:
        """Return the fact's fields, ready for JSON. Nothing is copied: facts are frozen."""
        return {name: getattr(self, name) for name in self.names}

    def personal_paths(self) -> frozenset[tuple[str, ...]]:
        """Return where personal data stands in this very fact, as paths into its body."""
        return self.personal

    def fields_changed(self) -> Iterable[str]:
        """Return the keys of the fields whose values this very fact changed, so that it is found by them."""
        return ()

    def heard_by(self, usual: tuple[str, ...]) -> tuple[str, ...]:
        """Return whose open screens are told (casefy/announce.py); `usual` are those whom the stream is open to."""
        return usual

    def dismisses(self) -> tuple[str, ...]:
        """Return who may see more or less from now on: what their open screens hear is judged anew."""
        return tuple(f"{name}:{getattr(self, name)}" for name in self.dismissed)

    @classmethod
    def tell(cls, body: Mapping[str, Any]) -> str:
        """Return what happened in words, as it continues the actor's name."""
        if isinstance(cls.sentence, str):
            return cls.sentence.format_map(_Words(body))
        # Which of several sentences it was, an erased body no longer says.
        sentence = cls.sentence.get(body.get("kind", ""), "did what was erased since")
        return sentence.format_map(_Words(body))


class _Words(dict[str, Any]):
    """The words of a sentence, counts as the organization writes numbers; one that was erased reads as such."""

    def __getitem__(self, key: str) -> Any:
        word = super().__getitem__(key)
        return writing().write_number(str(word)) if type(word) is int else word

    def __missing__(self, key: str) -> str:
        return "[erased]"


event_types: dict[str, type[Fact]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(
    type_: str,
    *,
    sentence: str | Mapping[str, str],
    tone: str = "neutral",
    icon: str = "circle",
    personal: tuple[str, ...] = (),
    dismisses: tuple[str, ...] = (),
) -> Callable[[type[Any]], type[Any]]:
    """Register a dataclass as the event `type_`, such as "case.moved".

    `sentence` continues the actor's name and may use the fact's fields in braces:
    "moved the case to {to_name}"; a mapping gives one sentence for each value of the field `kind`.
    `dismisses` names the fields `member` or `role`, where what these may see changes with it.
    Raises RuntimeError for a type named twice.
    """

    def register(cls: type[Any]) -> type[Any]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        if type_ in event_types:
            raise RuntimeError(f"{type_} is registered already: every event type has one home")
        stream = type_.split(".", 1)[0]
        made.type, made.sentence, made.tone, made.icon = type_, sentence, tone, icon
        made.stream = stream if stream in STREAM_KINDS else "organization"
        made.personal, made.dismissed = frozenset((name,) for name in personal), dismisses
        made.names = tuple(field.name for field in fields(made))
        event_types[type_] = made
        return made

    return register


witnesses: dict[str, type[Model]] = {}


def witness(kind: str, model: type[Model]) -> None:
    """Name the model whose column `version` counts the events of the streams of one kind.

    A chain alone cannot tell that its last events are gone, once its head was put back as well; the
    row the stream is about still says how many there were.
    """
    witnesses[kind] = model


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One who is owed events of some types. `take` writes rows and does nothing else."""

    name: str
    types: frozenset[str]
    take: Callable[[Any], None]


subscribers: dict[str, Subscriber] = {}
_interested: dict[str, tuple[str, ...]] = {}


def subscriber(name: str, *, to: tuple[str, ...]) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a function that is called once for each event of the types named, in order per stream.

    It runs in the relay's transaction: its rows and the end of the debt commit together. It must
    not call an act, send anything, or wait for anything.
    """

    def register(take: Callable[[Any], None]) -> Callable[[Any], None]:
        subscribers[name] = Subscriber(name, frozenset(to), take)
        _interested.clear()
        return take

    return register


def interested_in(type_: str) -> tuple[str, ...]:
    """Return the names of the subscribers who are owed an event of this type."""
    if type_ not in _interested:
        _interested[type_] = tuple(sorted(s.name for s in subscribers.values() if type_ in s.types))
    return _interested[type_]


def catalogue() -> Mapping[str, type[Fact]]:
    """Return every registered event type by name, in order."""
    return dict(sorted(event_types.items()))
