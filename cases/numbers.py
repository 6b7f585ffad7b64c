"""The next number of a template: without gaps, because the counter moves with the case or not at all."""

from datetime import date
from uuid import UUID

from django.db import connection

from casefy.ids import new_id
from templates_app.numbering import parse_pattern

_NEXT = """
INSERT INTO templates_app_numbercounter (id, organization_id, template_id, period, last)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (organization_id, template_id, period)
DO UPDATE SET last = templates_app_numbercounter.last + excluded.last
RETURNING last
"""


def next_numbers(
    organization_id: UUID, template_id: UUID, pattern: str, on: date, count: int = 1
) -> list[str]:
    """Return the next `count` numbers of a template for a day, in order.

    The counter's row stays locked until the transaction ends: numbers have no gaps, and templates
    do not wait for each other.
    """
    parsed = parse_pattern(pattern)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [new_id(), organization_id, template_id, parsed.period(on), count])
        last = cursor.fetchone()[0]
    return [parsed.render(number, on) for number in range(last - count + 1, last + 1)]
