"""Django's PostgreSQL backend, with the tenant as the first statement of every transaction."""

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from django.db.backends.utils import debug_transaction

from tenants import scope
from tenants.postgres.schema import TenantSchemaEditor


class DatabaseWrapper(PostgresWrapper):
    """Tells Postgres the organization in scope when a transaction begins, and never for longer.

    A session-level SET would outlive the request in a pooled connection and show one tenant
    another's rows; a transaction-local one cannot.
    """

    SchemaEditorClass = TenantSchemaEditor

    def _start_transaction_under_autocommit(self) -> None:
        # One round trip for both statements: psycopg stays in autocommit mode, the BEGIN is ours.
        statement = scope.opening_statement()
        with debug_transaction(self, statement), self.wrap_database_errors:
            self.connection.execute(statement, prepare=False)
