"""`Idempotency-Key`: the same request twice is one effect and one answer.

The key is claimed, the act runs and the answer is kept in ONE transaction. A duplicate that comes
meanwhile waits at the unique key until that transaction ends: then the answer is there, or (where
the act was refused, or the server died) nothing is, and the duplicate goes on as if it were the
first. There is no state in between, hence no lease and nothing to repair. See
docs/decisions/idempotency.md.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.http import HttpRequest

from api.answers import Answer
from api.refusals import BadRequest
from api.uploads import received_by
from casefy.errors import Invalid
from casefy.ids import new_id

_KEY = re.compile(r'("?)([A-Za-z0-9._:\-]{1,200})\1')  # in quotes as well, as a structured header has it
KEPT_FOR = "24 hours"
WAIT = 10_000  # milliseconds a duplicate waits for the one under way

# Claiming waits where the same key is under way, and takes over a key whose day is over.
_CLAIM = f"""
WITH patience AS MATERIALIZED (SELECT set_config('lock_timeout', '{WAIT}', true))
INSERT INTO api_keptanswer
  (id, organization_id, holder_id, route, key, fingerprint, status, media_type, etag, location, content, created_at)
SELECT %s, %s, %s, %s, %s, %s, 0, '', '', '', '', now() FROM patience
ON CONFLICT (organization_id, holder_id, route, key)
DO UPDATE SET fingerprint = excluded.fingerprint, status = 0, created_at = now()
 WHERE api_keptanswer.created_at < now() - interval '{KEPT_FOR}'
RETURNING id
"""
_FIND = """
SELECT fingerprint, status, media_type, etag, location, content FROM api_keptanswer
 WHERE organization_id = %s AND holder_id = %s AND route = %s AND key = %s
"""
_KEEP = """
UPDATE api_keptanswer SET status = %s, media_type = %s, etag = %s, location = %s, content = %s
 WHERE organization_id = current_setting('casefy.organization')::uuid AND id = %s
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A key claimed for the request under way."""

    id: UUID

    def keep(self, answer: Answer) -> None:
        """Keep the answer, without its secrets, in the act's own transaction."""
        content = answer.content
        if answer.secret:
            content = orjson.dumps(orjson.loads(content) | dict.fromkeys(answer.secret))
        values: list[Any] = [answer.status, answer.media_type, answer.etag, answer.location, content, self.id]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, values)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before."""

    answer: Answer


def key_of(request: HttpRequest) -> str | None:
    """Return the key that was sent, None without one. Raises BadRequest for one that cannot be used."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    found = _KEY.fullmatch(key)
    if found is None:
        raise BadRequest(
            "Use 1 to 200 letters, digits or . : _ - as Idempotency-Key.", code="bad_idempotency_key"
        )
    return found[2]


@contextmanager
def one_transaction() -> Iterator[None]:
    """Open a transaction in which the act's own, durable one is a part.

    Django lets a durable block run where the transaction is managed by hand, and runs what waits
    for the commit after this commit.
    """
    transaction.set_autocommit(False)
    try:
        yield
        transaction.commit()
    except BaseException:
        transaction.rollback()
        raise
    finally:
        transaction.set_autocommit(True)


def claim(
    request: HttpRequest, key: str, *, organization_id: UUID, holder_id: UUID, route: str
) -> Claim | Kept:
    """Claim a key, or return the answer that was given under it.

    Waits for the same request under way, up to ten seconds (then the database refuses, which reads
    as `busy`). Raises Invalid where the key was used for something else.
    """
    asked = fingerprint(request)
    where: list[Any] = [organization_id, holder_id, route, key]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [new_id(), *where, asked])
        claimed = cursor.fetchone()
        if claimed:
            return Claim(claimed[0])
        cursor.execute(_FIND, where)
        known, status, media_type, etag, location, content = cursor.fetchone()
    if bytes(known) != asked:
        raise Invalid("This Idempotency-Key was used for another request. Make a new one.", code="key_reused")
    version = int(etag.strip('"')) if etag else None
    headers = {"Idempotency-Replayed": "true"}
    return Kept(
        Answer(
            None,
            status,
            version,
            location,
            text=bytes(content).decode(),
            media_type=media_type,
            headers=headers,
        )
    )


def fingerprint(request: HttpRequest) -> bytes:
    """Return what tells one request from another: method, address and body. `If-Match` belongs to the attempt."""
    file = received_by(request)
    body = request.body if file is None else file.digest
    return sha256(
        b"\n".join([(request.method or "").encode(), request.get_full_path().encode(), body])
    ).digest()
