"""What timeline tests are about: a thing with a stream, and the rows that subscribers wrote."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import connections, transaction

from casefy.announce import EVERY_CASE
from tenants.actor import system_actor
from tenants.scope import scoped_to
from timeline.record import record

EFFECTS = """
CREATE SCHEMA IF NOT EXISTS trial;
CREATE TABLE IF NOT EXISTS trial.effect (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subscriber text, stream_id uuid, seq bigint, event_id uuid);
GRANT USAGE ON SCHEMA trial TO casefy_app;
GRANT SELECT, INSERT ON trial.effect TO casefy_app;
"""


@dataclass
class Thing:
    """Something the timeline is about."""

    id: UUID
    template_version_id: UUID | None = None
    kind: str = "case"

    @property
    def stream(self) -> tuple[str, UUID]:
        return (self.kind, self.id)

    @property
    def heard_by(self) -> tuple[str, ...]:
        return (EVERY_CASE,)


@dataclass
class Effects:
    """What subscribers have done, as a superuser reads it."""

    connection: psycopg.Connection

    def of(self, name: str) -> dict[UUID, list[int]]:
        """The seqs a subscriber took, per stream, in the order of their rows."""
        rows = self.connection.execute(
            "SELECT stream_id, seq FROM trial.effect WHERE subscriber = %s ORDER BY id", [name]
        ).fetchall()
        found: dict[UUID, list[int]] = defaultdict(list)
        for stream_id, seq in rows:
            found[stream_id].append(seq)
        return dict(found)

    def owed(self, name: str) -> list[tuple[int, int, bool]]:
        """What is still owed to a subscriber: (seq, attempts, is dead), in order."""
        rows = self.connection.execute(
            "SELECT seq, attempts, dead_at IS NOT NULL FROM timeline_delivery "
            "WHERE subscriber = %s ORDER BY stream_id, seq",
            [name],
        ).fetchall()
        return [tuple(row) for row in rows]

    def make_due(self, name: str) -> None:
        """Let the time of waiting pass."""
        self.connection.execute("UPDATE timeline_delivery SET due_at = now() WHERE subscriber = %s", [name])


def say(organization_id: UUID, stream_id: UUID, fact: object) -> int:
    """Record one fact in a transaction of its own and return its seq."""
    with scoped_to(organization_id), transaction.atomic():
        return record(fact, by=system_actor(organization_id), about=Thing(stream_id)).seq


def at_once(work: Callable[[int], None], threads: int) -> None:
    """Run `work(n)` in so many threads that start together; raises what one of them raised."""
    together, failures = threading.Barrier(threads), []

    def run(number: int) -> None:
        try:
            together.wait(60)
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever started the threads
            failures.append(error)
        finally:
            connections.close_all()

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(120)
    assert not any(thread.is_alive() for thread in running), "a thread hangs"
    if failures:
        raise failures[0]
