"""What a worker is about to carry, said before it does: one that is killed by what it carries leaves word.

A claim is committed before its lanes are carried together. The transaction that carries them moves it on to the lanes
that come next, or drops it: where that transaction ends without a commit, the claim still names what was in it. A
claim that lies about, locked by nobody, was left by a worker that died: each event that was in it counts that attempt,
and the relay carries such events one by one, each attempt counted before it is made.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import now

from casefy.ids import new_id
from tenants.scope import current_organization_id
from timeline.models import Claim, Delivery

Lane = tuple[UUID, str]

# A living worker takes up its claim within milliseconds. One that is slower is taken for dead: its events go one by
# one.
GRACE = timedelta(seconds=2)
UNHEARD = "The attempt ended without a word: its worker was killed."

# Not waited for at the disk: a killed process loses nothing by that, and a power cut is nobody's fault.
_MAKE = """
INSERT INTO timeline_claim (id, organization_id, streams, subscribers, made_at)
VALUES (%s, %s, %s::uuid[], %s::text[], now()) RETURNING set_config('synchronous_commit', 'off', true)
"""
_MOVE_ON = """
UPDATE timeline_claim SET streams = %s::uuid[], subscribers = %s::text[], made_at = clock_timestamp() WHERE id = %s
"""
FIRST_IN_LANES = """
  FROM unnest(%s::uuid[], %s::text[]) AS lane (stream_id, name)
  JOIN timeline_delivery d ON d.organization_id = current_setting('casefy.organization')::uuid
   AND d.stream_id = lane.stream_id AND d.subscriber = lane.name
 WHERE d.dead_at IS NULL ORDER BY d.stream_id, d.subscriber, d.seq LIMIT %s
"""


def claim(lanes: Sequence[Lane], *, rows: int) -> UUID:
    """Say what will be carried, `rows` of it at most, and put under suspicion what dead workers had claimed."""
    id_ = new_id()
    with transaction.atomic(durable=True):
        _suspect(rows)
        with connection.cursor() as cursor:
            cursor.execute(_MAKE, [id_, current_organization_id(), *_columns(lanes)])
    return id_


def move_on(id_: UUID, lanes: Sequence[Lane]) -> bool:
    """Let a claim name what comes next, in the transaction that carries what it names now, or drop it.

    Returns False where another worker took its maker for dead: then nothing of it is carried together.
    """
    if not lanes:
        return Claim.objects.filter(id=id_).delete()[0] == 1
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ON, [*_columns(lanes), id_])
        return bool(cursor.rowcount)


def drop(id_: UUID) -> None:
    """Take a claim back, in a transaction of its own: its maker lives and goes on one by one."""
    with transaction.atomic(durable=True):
        Claim.objects.filter(id=id_).delete()


def _columns(lanes: Sequence[Lane]) -> tuple[list[UUID], list[str]]:
    return [stream_id for stream_id, _ in lanes], [name for _, name in lanes]


def _suspect(rows: int) -> None:
    left = Claim.objects.select_for_update(skip_locked=True, of=("self",)).filter(made_at__lt=now() - GRACE)
    for found in list(left):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT d.id {FIRST_IN_LANES}", [found.streams, found.subscribers, rows])
            ids = [row[0] for row in cursor.fetchall()]
        Delivery.objects.filter(id__in=ids, attempts=0).update(attempts=1, error=UNHEARD)
        found.delete()
