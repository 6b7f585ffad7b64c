"""How many events the relay carries in a second to a subscriber that writes a row for each."""

import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from bench.comparing import postmaster
from bench.meter import cpu_of
from bench.places import PRODUCT
from bench.tables import table
from bench.world import World
from casefy.embedded.services import Services
from casefy.ids import new_id
from tenants.scope import scoped_to
from timeline.record import record
from timeline.registry import Fact, fact, subscriber
from timeline.relay import carry

EFFECTS = """
CREATE SCHEMA IF NOT EXISTS bench;
CREATE TABLE IF NOT EXISTS bench.effect (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid, said text);
GRANT USAGE ON SCHEMA bench TO casefy_app;
GRANT INSERT, SELECT ON bench.effect TO casefy_app;
"""


@fact("case.measured", sentence="measured {text}")
class Measured(Fact):
    """What nobody but the measurement listens to."""

    text: str


def measured(found: Services, world: World, count: int) -> str:
    """Owe `count` events to a subscriber, spread over few and over many streams, and carry them in one process."""
    with psycopg.connect(found.postgres.dsn(PRODUCT), autocommit=True) as superuser:
        superuser.execute(EFFECTS)
    subscriber("bench", to=(Measured.type,))(_take)
    rows = [
        _carried(found, world, [new_id() for _ in range(streams)], count) for streams in (count, count // 50)
    ]
    head = ("events", "streams", "events/s", "CPU ms per event: relay", "Postgres")
    return table("The relay, one process", head, rows)


def _take(event: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench.effect (event_id, said) VALUES (%s, %s)", [event.id, event.fact["text"]]
        )


def _carried(found: Services, world: World, streams: Sequence[UUID], count: int) -> tuple[object, ...]:
    with scoped_to(world.organization_id), transaction.atomic():
        for number in range(count):
            about: Any = SimpleNamespace(
                stream=("case", streams[number % len(streams)]), template_version_id=None, heard_by=()
            )
            record(Measured(text="carried"), by=world.by, about=about)
    began, mine, database = time.perf_counter(), time.process_time(), cpu_of(postmaster(found))
    delivered = 0
    while done := carry(organization_id=world.organization_id):
        delivered += done
    seconds = time.perf_counter() - began
    if delivered < count:
        raise RuntimeError(f"{delivered} of {count} events were delivered")
    cpu = (time.process_time() - mine, cpu_of(postmaster(found)) - database)
    return (count, len(streams), delivered / seconds, *(1000 * each / delivered for each in cpu))
