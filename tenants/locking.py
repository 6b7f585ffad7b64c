"""How an act locks a row: with what the actor may do once the lock was granted."""

from typing import TypeVar
from uuid import UUID

from django.db import models

from tenants.actor import Actor
from tenants.configuration import AsOfNow, keys_of
from tenants.models import Organization

Row = TypeVar("Row", bound=models.Model)


def locked(model: type[Row], row_id: UUID, by: Actor) -> tuple[Row, AsOfNow] | None:
    """Return a row of the organization in scope, locked, and the actor's standing; None where there is no such row.

    One statement. What belongs to the row in other tables is read after it: a join would show it as it was before.
    """
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    tenant = "id" if model is Organization else "organization_id"
    sql = (
        "SELECT h.*, a.revision AS now_revision, a.time_zone AS now_time_zone, a.permissions AS now_permissions "
        f"FROM (SELECT {columns} FROM {model._meta.db_table} WHERE id = %s FOR NO KEY UPDATE) h, "
        f"LATERAL actor_now(h.{tenant}, %s, %s) a"
    )
    for row in model._base_manager.raw(sql, [row_id, *keys_of(by)]):
        return row, AsOfNow(*(getattr(row, f"now_{name}") for name in AsOfNow._fields))
    return None
