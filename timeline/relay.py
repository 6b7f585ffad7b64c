"""Carries each event to its subscribers: in order per stream, each effect once, from Postgres rows.

A lane is one stream's events for one subscriber. Whoever locks the lane's oldest row holds the
lane; the rows behind it are taken in the same transaction. A subscriber writes rows only, so its
effect and the end of the debt commit together: a killed worker repeats nothing and loses nothing.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from tenants.scope import scoped_to
from timeline.models import Delivery
from timeline.queries import Told, told
from timeline.registry import subscribers

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
LANES_PER_ROUND = 200
ROWS_PER_TURN = 100


class _Failed(Exception):
    """Ends a turn at the row that failed, keeping what came before it."""

    def __init__(self, delivery: Delivery, error: Exception) -> None:
        super().__init__(str(error))
        self.delivery, self.error = delivery, error


def carry(*, most: int = LANES_PER_ROUND, organization_id: UUID | None = None) -> int:
    """Carry what is due, lane by lane, and return how many events were delivered.

    Safe to run in any number of workers at once. `organization_id` narrows the round to one tenant.
    """
    lanes = _owed(most, organization_id)
    return sum(_carry_lane(*lane) for lane in lanes)


def lag_seconds() -> float:
    """Return for how many seconds the oldest due delivery has been waiting; 0 where none is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notary.lag()")
        return float(cursor.fetchone()[0])


def _owed(most: int, organization_id: UUID | None) -> list[tuple[UUID, UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notary.owed(%s, %s)", [most, organization_id])
        return list(cursor.fetchall())


def _carry_lane(organization_id: UUID, stream_id: UUID, name: str) -> int:
    if name not in subscribers:
        return 0  # a newer release's subscriber: its worker will take it
    with scoped_to(organization_id), transaction.atomic(durable=True):
        rows = _hold_lane(stream_id, name)
        done = 0
        try:
            for delivery, event in rows:
                _deliver(delivery, event)
                done += 1
        except _Failed as failed:
            _put_back(failed.delivery, failed.error)
        Delivery.objects.filter(id__in=[delivery.id for delivery, _ in rows[:done]]).delete()
    return done


def _hold_lane(stream_id: UUID, name: str) -> list[tuple[Delivery, Told]]:
    """Lock the lane by its oldest row, and return what is due in it with the events, in order."""
    lane = Delivery.objects.filter(stream_id=stream_id, subscriber=name, dead_at=None).order_by("seq")
    oldest = lane.values_list("id", flat=True).first()
    if oldest is None:
        return []
    held = lane.select_for_update(skip_locked=True, of=("self",), no_key=True).filter(id=oldest).first()
    if held is None or held.due_at > now():
        return []
    rows = list(lane[:ROWS_PER_TURN])
    events = told([row.event_id for row in rows])
    return [(row, events[row.event_id]) for row in rows if row.event_id in events]


def _deliver(delivery: Delivery, event: Told) -> None:
    try:
        with transaction.atomic():
            subscribers[delivery.subscriber].take(event)
    except Exception as error:
        # A subscriber's mistake must stop neither the others nor the lane's earlier work.
        logger.exception("delivery.failed", subscriber=delivery.subscriber, event_id=str(delivery.event_id))
        raise _Failed(delivery, error) from error


def _put_back(delivery: Delivery, error: Exception) -> None:
    delivery.attempts += 1
    delivery.error = repr(error)[:2000]
    delivery.due_at = now() + timedelta(seconds=2**delivery.attempts)
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.dead_at = now()
    delivery.save(update_fields=["attempts", "error", "due_at", "dead_at"])
