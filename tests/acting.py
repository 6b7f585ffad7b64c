"""What every act's test asserts beside its own matter, in one block around the act.

    with acts(cast.organization, says=["team.created"], queries=8):
        create_team(by=cast.owner.actor, name="Claims")

Asserted: exactly these events in the organization, in order; bodies that their facts can be made
of again, with no member's name in them that could not be taken out alone; one outbox row per
subscriber; a chain that verifies; where a replay is known for the kind of thing, its replay equals
its row; and the number of SQL statements, if given.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casefy.errors import Forbidden, Missing
from tenants.actor import Actor
from tenants.models import Member, Organization
from tenants.scope import reading, scoped_to
from timeline.chain import verify
from timeline.models import Delivery, Event, EventBody
from timeline.queries import Told, told
from timeline.registry import event_types, interested_in

Replay = Callable[[UUID], None]
_replays: dict[str, Replay] = {}


def replays(kind: str) -> Callable[[Replay], Replay]:
    """Register what asserts that a thing of this kind, replayed from its timeline, equals its row."""

    def register(check: Replay) -> Replay:
        _replays[kind] = check
        return check

    return register


@dataclass
class Acted:
    """What was found after the block: the events said, and the SQL statements it took."""

    events: list[Told] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    @property
    def event(self) -> Told:
        """The one event. Fails where there is another number of them."""
        (event,) = self.events
        return event


@contextmanager
def acts(thing: Any, *, says: Sequence[str], queries: int | None = None) -> Iterator[Acted]:
    """Assert all of that about what happens to `thing` (an organization, or a row of one) in the block."""
    organization_id = _organization_of(thing)
    start, acted = _position(organization_id), Acted()
    with CaptureQueriesContext(connection) as captured:
        yield acted
    acted.statements = _statements(captured)
    with scoped_to(organization_id), reading():
        ids = Event.objects.filter(position__gt=start).order_by("position").values_list("id", flat=True)
        found = told(list(ids))
        acted.events = [found[id_] for id_ in ids]
        assert [event.type for event in acted.events] == list(says)
        for event in acted.events:
            _is_well_formed(event)
        assert verify().broken == ()
        kind, stream_id = thing.stream if hasattr(thing, "stream") else ("", None)
        if kind in _replays:
            _replays[kind](stream_id)
    if queries is not None:
        listed = "\n".join(f"{n}. {sql[:160]}" for n, sql in enumerate(acted.statements, 1))
        assert len(acted.statements) == queries, (
            f"{len(acted.statements)} statements, not {queries}:\n{listed}"
        )


@contextmanager
def refused(thing: Any, error: type[Exception], match: str | None = None) -> Iterator[Any]:
    """Assert that the block is refused with this error and leaves no trace in the organization."""
    organization_id = _organization_of(thing)
    before = _trace(organization_id)
    with pytest.raises(error, match=match or None) as caught:
        yield caught
    assert _trace(organization_id) == before, "a refused act left a trace"


def strangers_find_nothing(thing: Any, stranger: Actor, act: Callable[[Actor], object]) -> None:
    """Assert that the same call by somebody of another organization is refused without a trace in either."""
    theirs = _trace(stranger.organization_id)
    with refused(thing, (Missing, Forbidden)):  # type: ignore[arg-type]
        act(stranger)
    assert _trace(stranger.organization_id) == theirs


def body_of(response: Any) -> bytes:
    """Return what a response says, without what differs each time: CSRF tokens and request ids."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(rb"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{32}\b", b"...", content)


def _organization_of(thing: Any) -> UUID:
    return thing.id if isinstance(thing, Organization) else thing.organization_id


def _position(organization_id: UUID) -> int:
    with scoped_to(organization_id), reading():
        return Event.objects.order_by("-position").values_list("position", flat=True).first() or 0


def _trace(organization_id: UUID) -> tuple[Any, ...]:
    with scoped_to(organization_id), reading():
        revision = Organization.objects.values_list("revision", flat=True).get(id=organization_id)
        return revision, Event.objects.count(), Delivery.objects.count()


def _is_well_formed(event: Told) -> None:
    fact = event_types[event.type]
    assert set(event.fact) == {each.name for each in fields(fact)}, f"{event.type}: body and fact differ"
    assert fact(**event.fact).body() == event.fact
    names = {name for name in Member.objects.values_list("name", flat=True) if " " in name}
    kept = EventBody.objects.values_list("body", flat=True).get(id=event.id)
    named = {name for name in names if name in kept}
    assert not named, (
        f"{event.type}: names of people are personal, name their fields in @fact(personal=…): {named}"
    )
    assert "[erased]" not in event.sentence, f"{event.type}: the sentence names a field that is not there"
    owed = (
        Delivery.objects.filter(event_id=event.id).order_by("subscriber").values_list("subscriber", flat=True)
    )
    assert tuple(owed) == interested_in(event.type), f"{event.type}: the outbox does not owe what it should"


def _statements(captured: CaptureQueriesContext) -> list[str]:
    # In a test's own transaction BEGIN is a SAVEPOINT and the tenant is told apart; outside both are one.
    return [
        q["sql"]
        for q in captured
        if not (q["sql"] or "").startswith("SELECT set_config('casefy.organization'")
    ]
