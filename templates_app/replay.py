"""A template rebuilt from its timeline alone. In tests it must equal the row after every act."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from templates_app.definition import Definition
from templates_app.models import Template
from templates_app.parse import parse
from templates_app.patches import apply_patch
from timeline.queries import Told, whole


@dataclass
class Replayed:
    """What the events add up to."""

    version: int = 0
    key: str = ""
    name: str = ""
    description: str = ""
    icon: str = ""
    color: str = ""
    state: str = "draft"
    draft: dict[str, Any] | None = None
    published: dict[str, Any] | None = None
    published_number: int | None = None


def replay(template_id: UUID, events: Iterable[Told] | None = None) -> Replayed:
    """Fold a template's events, or those given, into what the template was after them."""
    state = Replayed()
    for event in whole(template_id) if events is None else events:
        state.version = event.seq
        if "patch" in event.fact:
            state.draft = apply_patch(state.draft or state.published or {}, event.fact["patch"])
        else:
            _FOLDS[event.type](state, event.fact)
    return state


def _begin(state: Replayed, body: dict[str, Any]) -> None:
    for name in ("key", "name", "description", "color"):
        setattr(state, name, body[name])
    state.icon = body["icon_name"]
    state.draft = body["definition"]


def _describe(state: Replayed, body: dict[str, Any]) -> None:
    for name, value in body["after"].items():
        setattr(state, name, value)


def _discard(state: Replayed, _body: dict[str, Any]) -> None:
    state.draft = None


def _publish(state: Replayed, body: dict[str, Any]) -> None:
    state.published, state.published_number = body["definition"], body["number"]
    state.draft, state.state = None, "published"


def _retire(state: Replayed, _body: dict[str, Any]) -> None:
    state.state = "retired"


def _restore(state: Replayed, body: dict[str, Any]) -> None:
    state.state = body["state"]


_FOLDS: dict[str, Callable[[Replayed, dict[str, Any]], None]] = {
    "template.created": _begin,
    "template.described": _describe,
    "template.draft_discarded": _discard,
    "template.published": _publish,
    "template.retired": _retire,
    "template.restored": _restore,
}


def differences(template: Template) -> dict[str, tuple[Any, Any]]:
    """Where the row differs from its timeline: name to (row, replayed). Empty is as it must be."""
    told = replay(template.id)
    draft, published = template.draft, template.published
    pairs = {
        name: (getattr(template, name), getattr(told, name))
        for name in ("version", "key", "name", "description", "icon", "color", "state")
    }
    pairs["draft"] = (_parsed(draft.definition if draft else None), _parsed(told.draft))
    pairs["published"] = (_parsed(published.definition if published else None), _parsed(told.published))
    pairs["published_number"] = (published.number if published else None, told.published_number)
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _parsed(document: dict[str, Any] | None) -> Definition | None:
    return parse(document) if document is not None else None
