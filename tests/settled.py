"""The feed shows an event once no older transaction is open, in any database of the server: tests wait for that."""

import time

from django.db import connection

_BEGUN = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_OVER = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def settled(seconds: float = 60) -> None:
    """Wait until every transaction that writes now has ended: what is committed by now then stands in the feed."""
    begun, end = _ask(_BEGUN), time.monotonic() + seconds
    while _ask(_OVER) < begun:
        assert time.monotonic() < end, f"A transaction stayed open for {seconds} seconds."
        time.sleep(0.005)


def _ask(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
