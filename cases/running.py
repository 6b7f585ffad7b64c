"""How much runs: the figures beside the names of templates."""

from uuid import UUID

from django.db import connection

from cases.composing import Part, all_of
from cases.narrowing import IS_RUNNING, MINE, seen_by
from cases.queries import COUNTED_AT_MOST
from tenants.actor import Actor


def running_by_template(template_ids: list[UUID], by: Actor) -> dict[UUID, int]:
    """Return how many cases of each template run, counting up to COUNTED_AT_MOST. One statement."""
    running = all_of(Part(MINE), Part("c.template_id = t.id"), Part(IS_RUNNING), seen_by(by))
    with connection.cursor() as sql:
        sql.execute(
            "SELECT t.id, n.n FROM unnest(%s::uuid[]) AS t(id) CROSS JOIN LATERAL (SELECT count(*) AS n FROM ("
            f"SELECT 1 FROM cases_case c WHERE {running.text} LIMIT {COUNTED_AT_MOST}) x) n",
            [template_ids, *running.values],
        )
        return dict(sql.fetchall())
