"""The next number of a template: without gaps, because the counter moves with the case or not at all."""

from datetime import date
from typing import Any
from uuid import UUID

from casefy.ids import new_id
from templates_app.numbering import parse_pattern
from tenants.actor import Actor
from tenants.configuration import AsOfNow, keys_of
from tenants.postgres.prepared import prepared

# The turn is waited for in a queue. Those who wait for a row are all woken whenever it changes hands, to wait again.
_NEXT = """
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended(%s::text || %s, 11)))
INSERT INTO templates_app_numbercounter (id, organization_id, template_id, period, last)
SELECT %s, %s, %s, %s, %s FROM turn
ON CONFLICT (organization_id, template_id, period)
DO UPDATE SET last = templates_app_numbercounter.last + excluded.last
RETURNING last
"""
_NEXT_ONE = f"""
WITH n AS ({_NEXT.strip()}, organization_id)
SELECT n.last, a.* FROM n, LATERAL actor_now(n.organization_id, %s, %s) a
"""


def next_numbers(
    organization_id: UUID, template_id: UUID, pattern: str, on: date, count: int = 1
) -> list[str]:
    """Return the next `count` numbers of a template for a day, in order.

    The counter's row stays locked until the transaction ends: numbers have no gaps, and templates
    do not wait for each other.
    """
    parsed = parse_pattern(pattern)
    last = count_many(organization_id, template_id, parsed.period(on), count)
    return [parsed.render(number, on) for number in range(last - count + 1, last + 1)]


def count_many(organization_id: UUID, template_id: UUID, period: str, count: int) -> int:
    """Count so many cases more in a template's period; return the count of the last. Locks as `next_numbers`."""
    with prepared() as cursor:
        cursor.execute(_NEXT, _counted(organization_id, template_id, period, count))
        return int(cursor.fetchone()[0])


def count_one(template_id: UUID, period: str, by: Actor) -> tuple[int, AsOfNow]:
    """Count one case more in a template's period; return the count, and what the actor may do once it was their turn.

    The counter's row is locked as by `next_numbers`.
    """
    with prepared() as cursor:
        cursor.execute(_NEXT_ONE, [*_counted(by.organization_id, template_id, period, 1), *keys_of(by)])
        last, *now = cursor.fetchone()
    return last, AsOfNow(*now)


def _counted(organization_id: UUID, template_id: UUID, period: str, count: int) -> list[Any]:
    return [template_id, period, new_id(), organization_id, template_id, period, count]
