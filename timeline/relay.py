"""Carries each event to its subscribers: in order per stream, each effect once, from Postgres rows.

A lane is one stream's events for one subscriber. Whoever has the lane's lock carries what is due in
it. A subscriber writes rows only, so its effect and the end of the debt commit together: a killed
worker repeats nothing and loses nothing.

Lanes are carried together, many in one transaction, because a commit costs more than most
subscribers do. Where one of them fails, all of it is rolled back and the lanes are carried one by
one, event by event: each is put back, its attempt counted, before it is tried, and struck out when
it succeeds. So what raises, and what kills its worker (see `claims`), stops neither the others nor
what came before it, and ends among the dead.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby, pairwise
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from tenants.scope import scoped_to
from timeline.claims import FIRST_IN_LANES, UNHEARD, Lane, claim, drop, move_on
from timeline.models import Delivery
from timeline.queries import Told, told
from timeline.registry import subscribers

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8  # the last one about four minutes after the first
LANES_OF_EACH = 500  # of one organization in one round: the next one waits no longer than for these
LANES_TOGETHER = 25
ROWS_TOGETHER = 200

# A lane's lock belongs to nobody's row, so a delivery that is tried again later cannot open a second way into it.
_HOLD = """
SELECT stream_id, name FROM unnest(%s::uuid[], %s::text[]) AS lane (stream_id, name)
 WHERE pg_try_advisory_xact_lock(hashtextextended(stream_id::text || name, 7))
"""
# It is waited for no longer than a batch lasts: who has it waits for no lane, and who waits has nothing.
_WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s::uuid::text || %s, 7))"
_COLUMNS = ("id", "organization_id", "event_id", "stream_id", "seq", "subscriber", "attempts", "due_at")
_DUE = f"SELECT {', '.join(f'd.{name}' for name in _COLUMNS)} {FIRST_IN_LANES}"


def carry(*, most: int = LANES_OF_EACH, organization_id: UUID | None = None) -> int:
    """Carry what is due, some lanes of every organization, and return how many events were delivered.

    Safe to run in any number of workers at once. `organization_id` narrows the round to one tenant.
    A subscriber that this release does not know is left to the release that knows it.
    """
    delivered = 0
    for owner, lanes in _owed(most, organization_id):
        with scoped_to(owner):
            delivered += _carry([lanes[n : n + LANES_TOGETHER] for n in range(0, len(lanes), LANES_TOGETHER)])
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


def _carry(batches: Sequence[Sequence[Lane]]) -> int:
    delivered, claimed = 0, None
    for lanes, next_ in pairwise([*batches, ()]):
        claimed = claimed or claim(lanes, rows=ROWS_TOGETHER)
        try:
            done, apart = _carry_together(lanes, claimed, next_)
        except Exception:  # noqa: BLE001 - whatever a subscriber did; one by one it is told apart and written down
            drop(claimed)
            done, apart = 0, set(lanes)
        if apart:
            claimed = None
        delivered += done + sum(_carry_one_by_one(lane) for lane in lanes if lane in apart)
    return delivered


def _carry_together(lanes: Sequence[Lane], claimed: UUID, next_: Sequence[Lane]) -> tuple[int, set[Lane]]:
    """Carry what is due in these lanes; return how much that was, and the lanes to be carried one by one."""
    with transaction.atomic(durable=True):
        if not move_on(claimed, next_):
            return 0, set(lanes)  # another worker took this one for dead
        due = _due(lanes)
        apart = {_lane(delivery) for delivery in due if delivery.attempts}
        if apart:
            move_on(claimed, ())
        together = [delivery for delivery in due if _lane(delivery) not in apart]
        events = told(delivery.event_id for delivery in together)
        rows = [(delivery, _there(events.get(delivery.event_id))) for delivery in together]
        for delivery, event in sorted(rows, key=lambda row: row[1].position):
            subscribers[delivery.subscriber].take(event)
        _settle(together)
    return len(together), apart


def _carry_one_by_one(lane: Lane) -> int:
    """Carry what is due in a lane, each event in a transaction of its own; one that fails ends the lane's turn."""
    for delivered in range(ROWS_TOGETHER):
        delivery = _put_back(lane)
        if delivery is None or not _deliver(delivery):
            return delivered
    return ROWS_TOGETHER


def _put_back(lane: Lane) -> Delivery | None:
    """Count an attempt of the lane's first event before it is made, as if it failed; None where nothing is due."""
    with transaction.atomic(durable=True):
        delivery = next(iter(_due([lane])), None)
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.error = UNHEARD
        delivery.due_at = now() + timedelta(seconds=2**delivery.attempts)
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.dead_at = now()
        delivery.save(update_fields=["attempts", "error", "due_at", "dead_at"])
        return delivery


def _deliver(delivery: Delivery) -> bool:
    """Make the attempt that was counted; return whether it succeeded."""
    try:
        with transaction.atomic(durable=True):
            _wait_for(_lane(delivery))
            if not Delivery.objects.filter(id=delivery.id, attempts=delivery.attempts).exists():
                return False  # another worker was at it meanwhile
            event = told([delivery.event_id]).get(delivery.event_id)
            subscribers[delivery.subscriber].take(_there(event))
            _settle([delivery])
    except Exception as error:
        logger.exception("delivery.failed", subscriber=delivery.subscriber, event_id=str(delivery.event_id))
        with transaction.atomic(durable=True):
            Delivery.objects.filter(id=delivery.id).update(error=repr(error)[:2000])
        return False
    return True


def _due(lanes: Sequence[Lane]) -> list[Delivery]:
    """Lock those lanes nobody else has, and return what is due in them, each lane in order."""
    held = _hold(lanes)
    if not held:
        return []
    with connection.cursor() as cursor:
        # A statement of its own: it sees what was committed until the locks were got.
        cursor.execute(_DUE, [[row[0] for row in held], [row[1] for row in held], ROWS_TOGETHER])
        rows = [Delivery.from_db("default", _COLUMNS, row) for row in cursor.fetchall()]
    waiting = _waiting(rows)
    return [row for row in rows if _lane(row) not in waiting]


def _hold(lanes: Sequence[Lane]) -> list[Lane]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [[stream_id for stream_id, _ in lanes], [name for _, name in lanes]])
        return list(cursor.fetchall())


def _wait_for(lane: Lane) -> None:
    """Hold a lane whose next attempt is counted, also where a batch looks at it now: not to get it is no attempt."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, lane)


def _waiting(rows: Sequence[Delivery]) -> set[Lane]:
    """Return the lanes whose oldest delivery is put off: what stands behind it waits as well."""
    oldest: dict[Lane, Delivery] = {}
    for row in rows:
        oldest.setdefault(_lane(row), row)
    at = now()
    return {lane for lane, row in oldest.items() if row.due_at > at}


def _lane(delivery: Delivery) -> Lane:
    return delivery.stream_id, delivery.subscriber


def _there(event: Told | None) -> Told:
    if event is None:
        raise LookupError("The event is not in the timeline any more.")
    return event


def _settle(done: Sequence[Delivery]) -> None:
    if done:
        Delivery.objects.filter(id__in=[delivery.id for delivery in done]).delete()
