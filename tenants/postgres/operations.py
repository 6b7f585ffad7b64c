"""What Django is told of statements that were sent."""

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations


class TenantOperations(DatabaseOperations):
    """Names statements that the server keeps prepared too: the driver no longer knows their text."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """Return what was sent, with its values where the driver knows them."""
        return super().last_executed_query(cursor, sql, params) or str(sql)
