"""Statements that are made once and sent often: the server reads and plans each of them but a few times."""

from typing import TYPE_CHECKING, cast

from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from tenants.postgres.base import DatabaseWrapper


def prepared() -> "CursorWrapper":
    """Return a cursor for statements whose text is always the same; values go apart from it.

    From its fifth use in a connection on, a statement is prepared there (CASEFY_BEHIND_PGBOUNCER keeps it from that).
    """
    return cast("DatabaseWrapper", connection).prepared()
