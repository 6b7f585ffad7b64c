"""Django's PostgreSQL backend, with the tenant as the first statement of every transaction."""

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper, debug_transaction

from tenants import scope
from tenants.postgres.lively import has_ended
from tenants.postgres.operations import TenantOperations
from tenants.postgres.schema import TenantSchemaEditor


class DatabaseWrapper(PostgresWrapper):
    """Tells Postgres the organization in scope when a transaction begins, and never for longer.

    A session-level SET would outlive the request in a pooled connection and show one tenant
    another's rows; a transaction-local one cannot.
    """

    SchemaEditorClass = TenantSchemaEditor
    ops_class = TenantOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that works: those in the pool that have ended are given back, for it to make new ones."""
        connection = super().get_new_connection(conn_params)
        for _ in range(self.pool.max_size if self.pool else 0):
            if not has_ended(connection):
                break
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def prepared(self) -> CursorWrapper:
        """Return a cursor that sends values apart from the statement, so that the server can keep it prepared."""
        self.ensure_connection()
        usual, self.connection.cursor_factory = self.connection.cursor_factory, ServerBindingCursor
        try:
            return self.cursor()
        finally:
            self.connection.cursor_factory = usual

    def _start_transaction_under_autocommit(self) -> None:
        # One round trip for both statements: psycopg stays in autocommit mode, the BEGIN is ours.
        statement = scope.opening_statement()
        with debug_transaction(self, statement), self.wrap_database_errors:
            self.connection.execute(statement, prepare=False)
