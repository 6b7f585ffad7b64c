"""The row of a case, as acts hold it and write it: statements made once, not anew for each act.

Half of what an act cost in Python was making the same three statements again. What they do is no
more than `select_for_update`, `save(force_insert=True)` and `save(update_fields=…)`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from casefy.ids import new_id
from cases.models import Case
from tenants.actor import Actor
from tenants.configuration import AsOfNow, keys_of
from tenants.postgres.prepared import prepared

# A value as the typed index holds it: the field's id, and the one of text, number and instant that sorts it.
IndexRow = tuple[UUID, str | None, float | None, datetime | None]

MINE = "organization_id = current_setting('casefy.organization')::uuid"
_FIELDS = {field.attname: field for field in Case._meta.concrete_fields}
_COLUMN_OF = {field.name: field.attname for field in Case._meta.concrete_fields}
_READ = tuple(name for name in _FIELDS if name != "document")
_NAMES = frozenset(_READ)
_JSON = tuple(_READ.index(name) for name in ("data", "stage_seconds"))
_NOW = len(AsOfNow._fields)

_HOLD = (
    f"SELECT a.*, h.* FROM (SELECT {', '.join(_READ)} FROM cases_case WHERE {MINE} AND id = %s FOR NO KEY UPDATE) h, "
    "LATERAL actor_now(h.organization_id, %s, %s) a"
)


def hold_row(case_id: UUID, by: Actor) -> tuple[Case, AsOfNow] | None:
    """Lock a case and return it with what the actor may do once it is locked; None where there is no such case.

    `revision` of the case is the organization's as of now.
    """
    with prepared() as cursor:
        cursor.execute(_HOLD, [case_id, *keys_of(by)])
        row = cursor.fetchone()
    if row is None:
        return None
    now, values = AsOfNow(*row[:_NOW]), [*row[_NOW:]]
    for place in _JSON:
        values[place] = orjson.loads(values[place])
    case = Case.from_db("default", _NAMES, values)
    case.revision = now.revision
    return case, now


def insert_row(case: Case, words: str, values: Sequence[IndexRow]) -> None:
    """Write a new case, the `words` it is found by, and its values in the typed index: one statement."""
    case.document = words
    with prepared() as cursor:
        cursor.execute(_INSERT, [*(_stored(case, name) for name in _FIELDS), *_columns(case, values)])
    case._state.adding = False


def update_row(case: Case, names: Iterable[str]) -> None:
    """Write these columns (fields, or `document` with the words it is found by) of a case that is held."""
    columns = [_COLUMN_OF[name] for name in names]
    changes = ", ".join(f"{name} = {_mark(name)}" for name in columns)
    with prepared() as cursor:
        cursor.execute(
            f"UPDATE cases_case SET {changes} WHERE {MINE} AND id = %s",
            [*(_stored(case, name) for name in columns), case.id],
        )
        if cursor.rowcount != 1:
            raise RuntimeError(f"Case {case.id} is held, and was not there to be written.")


def insert_values(case: Case, values: Sequence[IndexRow]) -> None:
    """Write rows of the typed index of a case."""
    if values:
        with prepared() as cursor:
            cursor.execute(_INSERT_VALUES, _columns(case, values))


def _columns(case: Case, values: Sequence[IndexRow]) -> list[Any]:
    ids = [new_id() for _ in values]
    return (
        [case.organization_id, case.id, ids, *map(list, zip(*values, strict=True))]
        if values
        else [case.organization_id, case.id, [], [], [], [], []]
    )


def _stored(case: Case, name: str) -> Any:
    return _FIELDS[name].get_db_prep_save(getattr(case, name), connection)


def _mark(name: str) -> str:
    return "to_tsvector('simple', %s)" if name == "document" else "%s"


_INSERT_VALUES = """
INSERT INTO cases_value (organization_id, case_id, id, field_id, text, number, instant)
SELECT %s::uuid, %s::uuid, * FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::float8[], %s::timestamptz[])
"""
_INSERT = (
    f"WITH c AS (INSERT INTO cases_case ({', '.join(_FIELDS)}) "
    f"VALUES ({', '.join(map(_mark, _FIELDS))})) {_INSERT_VALUES}"
)
