"""Foreign keys that carry the tenant.

Postgres checks foreign keys without row-level security, so a key on `x_id` alone would let one
organization attach a row to another's. Between two tenant tables every key is therefore
`(organization_id, x_id)`; the referenced model needs `tenant_key(...)` in its constraints.
"""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.backends.ddl_references import Columns, Statement
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.models import Field, Model


class TenantSchemaEditor(DatabaseSchemaEditor):
    # Keys of added columns go through _create_fk_sql as well, not inline.
    sql_create_column_inline_fk = None  # type: ignore[assignment]

    def _create_fk_sql(self, model: type[Model], field: Field[Any, Any], suffix: str) -> Statement:
        statement: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        target = field.remote_field.model  # type: ignore[union-attr]
        if field.name == "organization" or not (_has_tenant(model) and _has_tenant(target)):
            return statement
        table, to_table = model._meta.db_table, target._meta.db_table
        to_column: str = field.target_field.column  # type: ignore[attr-defined]
        statement.parts["column"] = Columns(table, ["organization_id", str(field.column)], self.quote_name)
        statement.parts["to_column"] = Columns(to_table, ["organization_id", to_column], self.quote_name)
        return statement


def _has_tenant(model: type[Model]) -> bool:
    try:
        model._meta.get_field("organization")
    except FieldDoesNotExist:
        return False
    return True
