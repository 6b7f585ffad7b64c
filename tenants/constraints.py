"""Row-level security and tenant keys, written as model constraints so that migrations carry them."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table
from django.db.models import Model

CURRENT = "current_setting('casefy.organization')::uuid"


class TenantIsolation(models.BaseConstraint):
    """The row-level security of one table: the app role sees and writes the current tenant's rows alone.

    There is no `missing_ok`: without a tenant the query is an error, not an empty list. The
    policy names the app role; anyone else, the owner included, sees nothing (FORCE).
    """

    def __init__(self, *, name: str, column: str = "organization_id") -> None:
        self.column = column
        super().__init__(name=name)

    def create_sql(self, model: type[Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model is not None
        assert editor is not None
        mine = f"{editor.quote_name(self.column)} = {CURRENT}"
        return self._statement(
            model,
            editor,
            "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY; "
            "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY %(name)s ON %(table)s TO casefy_app USING ({mine}) WITH CHECK ({mine})",
        )

    def remove_sql(self, model: type[Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model is not None
        assert editor is not None
        # Security stays enabled and forced: a table without its policy shows nobody anything.
        return self._statement(model, editor, "DROP POLICY %(name)s ON %(table)s")

    def constraint_sql(self, model: type[Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert editor is not None
        editor.deferred_sql.append(self.create_sql(model, editor))
        return None

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to check in Python: the database judges every row."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        if self.column != "organization_id":
            kwargs["column"] = self.column
        return path, tuple(args), dict(kwargs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TenantIsolation):
            return NotImplemented
        return (self.name, self.column) == (other.name, other.column)

    __hash__ = None  # type: ignore[assignment]

    def _statement(self, model: type[Model], editor: BaseDatabaseSchemaEditor, sql: str) -> Statement:
        return Statement(
            sql,
            table=Table(model._meta.db_table, editor.quote_name),
            name=editor.quote_name(self.name),
        )


def tenant_key(name: str) -> models.UniqueConstraint:
    """Return the key `(organization, id)` that other tenant tables' foreign keys refer to."""
    return models.UniqueConstraint(fields=["organization", "id"], name=name)
