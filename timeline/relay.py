"""Carries each event to its subscribers: in order per stream, each effect once, from Postgres rows.

A lane is one stream's events for one subscriber. Whoever has the lane's lock carries what is due in
it. A subscriber writes rows only, so its effect and the end of the debt commit together: a killed
worker repeats nothing and loses nothing.

Lanes are carried together, many in one transaction, because a commit costs more than most
subscribers do. Where one of them fails, all of it is rolled back and the lanes are carried one by
one, each event in a savepoint: what is broken stops neither the others nor what came before it.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from tenants.scope import scoped_to
from timeline.models import Delivery
from timeline.queries import Told, told
from timeline.registry import subscribers

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8  # the last one about four minutes after the first
LANES_OF_EACH = 500  # of one organization in one round: the next one waits no longer than for these
LANES_TOGETHER = 25
ROWS_TOGETHER = 200

Lane = tuple[UUID, str]

# A lane's lock belongs to nobody's row, so a delivery that is tried again later cannot open a second way into it.
_HOLD = """
SELECT stream_id, name FROM unnest(%s::uuid[], %s::text[]) AS lane (stream_id, name)
 WHERE pg_try_advisory_xact_lock(hashtextextended(stream_id::text || name, 7))
"""
_COLUMNS = ("id", "organization_id", "event_id", "stream_id", "seq", "subscriber", "attempts", "due_at")
_DUE = f"""
SELECT {", ".join(f"d.{name}" for name in _COLUMNS)} FROM unnest(%s::uuid[], %s::text[]) AS lane (stream_id, name)
  JOIN timeline_delivery d ON d.organization_id = current_setting('casefy.organization')::uuid
   AND d.stream_id = lane.stream_id AND d.subscriber = lane.name
 WHERE d.dead_at IS NULL ORDER BY d.stream_id, d.subscriber, d.seq LIMIT %s
"""


class _Failed(Exception):
    """Ends a lane's turn at the row that failed, keeping what came before it."""

    def __init__(self, delivery: Delivery, error: Exception) -> None:
        super().__init__(str(error))
        self.delivery, self.error = delivery, error


def carry(*, most: int = LANES_OF_EACH, organization_id: UUID | None = None) -> int:
    """Carry what is due, some lanes of every organization, and return how many events were delivered.

    Safe to run in any number of workers at once. `organization_id` narrows the round to one tenant.
    A subscriber that this release does not know is left to the release that knows it.
    """
    delivered = 0
    for owner, lanes in _owed(most, organization_id):
        for start in range(0, len(lanes), LANES_TOGETHER):
            delivered += _carry(owner, lanes[start : start + LANES_TOGETHER])
    return delivered


def lag_seconds() -> float:
    """Return for how many seconds the oldest due delivery has been waiting; 0 where none is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notary.lag()")
        return float(cursor.fetchone()[0])


def _owed(most: int, organization_id: UUID | None) -> Iterator[tuple[UUID, list[Lane]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notary.owed(%s, %s, %s)", [sorted(subscribers), most, organization_id])
        rows = cursor.fetchall()
    for owner, lanes in groupby(rows, key=lambda row: row[0]):
        yield owner, [(stream_id, name) for _, stream_id, name in lanes]


def _carry(organization_id: UUID, lanes: Sequence[Lane]) -> int:
    with scoped_to(organization_id):
        try:
            return _carry_together(lanes)
        except Exception:  # noqa: BLE001 - whatever a subscriber did; one by one it is told apart and written down
            return sum(_carry_alone(lane) for lane in lanes)


def _carry_together(lanes: Sequence[Lane]) -> int:
    with transaction.atomic(durable=True):
        rows = [(delivery, _there(event)) for delivery, event in _due(lanes)]
        for delivery, event in sorted(rows, key=lambda row: row[1].position):
            subscribers[delivery.subscriber].take(event)
        _settle([delivery for delivery, _ in rows])
    return len(rows)


def _carry_alone(lane: Lane) -> int:
    done = []
    with transaction.atomic(durable=True):
        try:
            for delivery, event in _due([lane]):
                _deliver(delivery, event)
                done.append(delivery)
        except _Failed as failed:
            _put_back(failed.delivery, failed.error)
        _settle(done)
    return len(done)


def _due(lanes: Sequence[Lane]) -> list[tuple[Delivery, Told | None]]:
    """Lock those lanes nobody else has, and return what is due in them with the events, each lane in order."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[stream_id for stream_id, _ in lanes], [name for _, name in lanes]])
        held = cursor.fetchall()
        if not held:
            return []
        # A statement of its own: it sees what was committed until the locks were got.
        cursor.execute(_DUE, [[row[0] for row in held], [row[1] for row in held], ROWS_TOGETHER])
        rows = [Delivery.from_db("default", _COLUMNS, row) for row in cursor.fetchall()]
    waiting = _waiting(rows)
    ready = [row for row in rows if (row.stream_id, row.subscriber) not in waiting]
    events = told(row.event_id for row in ready)
    return [(row, events.get(row.event_id)) for row in ready]


def _waiting(rows: Sequence[Delivery]) -> set[Lane]:
    """Return the lanes whose oldest delivery is put off: what stands behind it waits as well."""
    oldest: dict[Lane, Delivery] = {}
    for row in rows:
        oldest.setdefault((row.stream_id, row.subscriber), row)
    at = now()
    return {lane for lane, row in oldest.items() if row.due_at > at}


def _deliver(delivery: Delivery, event: Told | None) -> None:
    try:
        with transaction.atomic():
            subscribers[delivery.subscriber].take(_there(event))
    except Exception as error:
        logger.exception("delivery.failed", subscriber=delivery.subscriber, event_id=str(delivery.event_id))
        raise _Failed(delivery, error) from error


def _there(event: Told | None) -> Told:
    if event is None:
        raise LookupError("The event is not in the timeline any more.")
    return event


def _settle(done: Sequence[Delivery]) -> None:
    if done:
        Delivery.objects.filter(id__in=[delivery.id for delivery in done]).delete()


def _put_back(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.error = repr(error)[:2000]
    delivery.due_at = now() + timedelta(seconds=2**delivery.attempts)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.dead_at = now()
    delivery.save(update_fields=["attempts", "error", "due_at", "dead_at"])
