"""A fact, a thing, subscribers that write rows, and organizations to try them in."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from tenants.models import Organization
from tenants.scope import scoped_to
from tests.timeline.tampering import TABLES, unwatched
from tests.timeline.trial import EFFECTS, Effects, say
from timeline import registry
from timeline.registry import Fact, event_types, fact, subscriber


@pytest.fixture
def noted() -> type[Fact]:
    if "case.test_noted" not in event_types:

        @fact("case.test_noted", sentence="noted {text}", personal=("text",))
        class Noted(Fact):
            text: str

    return event_types["case.test_noted"]


@pytest.fixture
def organization(db) -> Organization:
    """An organization whose events are rolled back."""
    return founded()


@pytest.fixture
def kept(committed) -> Organization:
    """An organization whose events stay: for relays, races and tampering."""
    return founded()


def founded() -> Organization:
    made = Organization(name="Acme", slug=f"acme-{uuid4().hex[:8]}")
    with scoped_to(made.id), transaction.atomic():
        made.save(force_insert=True)
    return made


@pytest.fixture
def tamper(superuser):
    """Run statements as a superuser with every trigger off. At the end the organization's timeline is taken away."""
    touched: set[UUID] = set()

    def run(*statements: str, s: UUID, **values: object) -> None:
        touched.update(
            row[0]
            for row in superuser.execute("SELECT organization_id FROM timeline_stream WHERE id = %s", [s])
        )
        with unwatched(superuser):
            for statement in statements:
                assert superuser.execute(statement, {"s": s, **values}).rowcount > 0, (
                    f"no row was touched: {statement}"
                )

    yield run
    with unwatched(superuser):
        for table in TABLES:
            superuser.execute(f"DELETE FROM {table} WHERE organization_id = ANY(%s)", [list(touched)])


@pytest.fixture
def stream(kept, noted) -> UUID:
    """A stream of six events, beside another that nobody touches."""
    stream, other = uuid4(), uuid4()
    for number in range(6):
        say(kept.id, stream, noted(text=f"number {number}"))
        say(kept.id, other, noted(text="untouched"))
    return stream


@pytest.fixture
def effects(superuser, committed) -> Effects:
    """A table that subscribers write to, as the app."""
    superuser.execute(EFFECTS)
    return Effects(superuser)


@pytest.fixture
def subscribe(noted, effects):
    """Register subscribers for the length of a test: `subscribe("name")` writes a row for each event it takes."""
    names = []

    def register(name: str, also=None):
        def take(event) -> None:
            if also is not None:
                also(event)
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO trial.effect (subscriber, stream_id, seq, event_id) VALUES (%s, %s, %s, %s)",
                    [name, event.stream_id, event.seq, event.id],
                )

        names.append(name)
        return subscriber(name, to=(noted.type,))(take)

    yield register
    for name in names:
        forget(name)


def forget(name: str) -> None:
    registry.subscribers.pop(name, None)
    registry._interested.clear()
