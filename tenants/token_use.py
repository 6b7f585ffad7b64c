"""When tokens were last used: noted in Valkey by each request, written to the rows by a tick.

A row per request would make every API call a write. What Valkey forgets costs some seconds of
precision in "last used" and nothing else.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import redis
import structlog
from django.db import connection, transaction
from django.utils.timezone import now

from casefy.valkey import client
from tenants.scope import scoped_to

log = structlog.get_logger(__name__)

NOTED = "casefy:token-use"
TAKEN = "casefy:token-use:taken"  # what a flush has in hand; the next one takes it up where a worker died

WRITE = """
UPDATE tenants_token AS t SET last_used_at = greatest(t.last_used_at, u.at)
  FROM unnest(%s::uuid[], %s::timestamptz[]) AS u(id, at)
 WHERE t.organization_id = %s AND t.id = u.id
"""


def note(organization_id: UUID, token_id: UUID) -> None:
    """Note that a token was used now. Never raises: a request does not fail because of this."""
    try:
        client().hset(NOTED, f"{organization_id}:{token_id}", f"{now().timestamp():.3f}")
    except redis.RedisError as error:
        log.warning("the use of a token is not noted", reason=str(error))


def flush() -> int:
    """Write what was noted to the tokens' rows, one statement per organization; return how many."""
    valkey = client()
    if not valkey.exists(TAKEN):
        if not valkey.exists(NOTED):
            return 0
        valkey.rename(NOTED, TAKEN)
    uses = _parsed(valkey.hgetall(TAKEN))
    for organization_id, group in groupby(sorted(uses, key=lambda use: use[0]), key=lambda use: use[0]):
        _write(organization_id, {token_id: at for _, token_id, at in group})
    valkey.delete(TAKEN)
    return len(uses)


def _parsed(noted: Mapping[Any, Any]) -> list[tuple[UUID, UUID, datetime]]:
    uses = []
    for key, value in noted.items():
        organization_id, token_id = key.split(":")
        uses.append((UUID(organization_id), UUID(token_id), datetime.fromtimestamp(float(value), UTC)))
    return uses


def _write(organization_id: UUID, uses: Mapping[UUID, datetime]) -> None:
    with scoped_to(organization_id), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(WRITE, [list(uses), list(uses.values()), organization_id])
