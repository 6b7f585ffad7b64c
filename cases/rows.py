"""The row of a case, as acts hold it and write it: statements made once, not anew for each act.

Half of what an act cost in Python was making the same three statements again. What they do is no
more than `select_for_update`, `save(force_insert=True)` and `save(update_fields=…)`; a row is written with the
fact that says so, in one statement.
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
from timeline.record import Writing

# A value as the typed index holds it: the field's id, and the one of text, number and instant that sorts it.
IndexRow = tuple[UUID, str | None, float | None, datetime | None]
# How an act is told which case: by its id, or by its number.
CaseRef = UUID | str

MINE = "organization_id = current_setting('casefy.organization')::uuid"
_FIELDS = {field.attname: field for field in Case._meta.concrete_fields}
_COLUMN_OF = {field.name: field.attname for field in Case._meta.concrete_fields}
_READ = tuple(name for name in _FIELDS if name != "document")
_NAMES = frozenset(_READ)
_JSON = tuple(_READ.index(name) for name in ("data", "stage_seconds"))
_NOW = len(AsOfNow._fields)


def _hold(name: str) -> str:
    held = f"SELECT {', '.join(_READ)} FROM cases_case WHERE {MINE} AND {name} = %s FOR NO KEY UPDATE"
    return f"SELECT a.*, h.* FROM ({held}) h, LATERAL actor_now(h.organization_id, %s, %s) a"


_HOLD, _HOLD_NUMBERED = _hold("id"), _hold("number")


def hold_row(case: CaseRef, by: Actor) -> tuple[Case, AsOfNow] | None:
    """Lock a case and return it with what the actor may do once it is locked; None where there is no such case.

    `revision` of the case is the organization's as of now.
    """
    if isinstance(case, str) and "\x00" in case:  # Postgres takes no such text; it is nobody's number
        return None
    with prepared() as cursor:
        cursor.execute(_HOLD if isinstance(case, UUID) else _HOLD_NUMBERED, [case, *keys_of(by)])
        row = cursor.fetchone()
    if row is None:
        return None
    now, values = AsOfNow(*row[:_NOW]), [*row[_NOW:]]
    for place in _JSON:
        values[place] = orjson.loads(values[place])
    held = Case.from_db("default", _NAMES, values)
    held.revision = now.revision
    return held, now


def inserted(case: Case, words: str, values: Sequence[IndexRow]) -> list[Writing]:
    """Return what writes a new case, the `words` it is found by, and its values in the typed index."""
    case._state.adding = False
    row = Writing(_INSERT, [words, _as_json({name: getattr(case, name) for name in _READ})])
    return [row, _values(case, values)] if values else [row]


def updated(case: Case, names: Iterable[str]) -> Writing:
    """Return what writes these columns (fields, or `document` with the words it is found by) of a case that is held."""
    columns = [_COLUMN_OF[name] for name in names]
    changes = ", ".join(f"{name} = {_mark(name)}" for name in columns)
    return Writing(
        f"UPDATE cases_case SET {changes} WHERE {MINE} AND id = %s",
        [*(_stored(case, name) for name in columns), case.id],
    )


def insert_values(case: Case, values: Sequence[IndexRow]) -> None:
    """Write rows of the typed index of a case."""
    if values:
        writing = _values(case, values)
        with prepared() as cursor:
            cursor.execute(writing.sql, writing.values)


def _values(case: Case, values: Sequence[IndexRow]) -> Writing:
    rows = [
        {"id": new_id(), "field_id": field_id, "text": text, "number": number, "instant": instant}
        for field_id, text, number, instant in values
    ]
    return Writing(_INSERT_VALUES, [case.organization_id, case.id, _as_json(rows)])


def _as_json(rows: Any) -> str:
    return orjson.dumps(rows).decode()


def _stored(case: Case, name: str) -> Any:
    return _FIELDS[name].get_db_prep_save(getattr(case, name), connection)


def _mark(name: str) -> str:
    return "to_tsvector('simple', %s)" if name == "document" else "%s"


# One JSON document is several times cheaper for the driver than a parameter for each column, or an array of each.
_INSERT_VALUES = """
INSERT INTO cases_value (organization_id, case_id, id, field_id, text, number, instant)
SELECT %s::uuid, %s::uuid, r.*
  FROM json_to_recordset(%s::json) AS r(id uuid, field_id uuid, text text, number float8, instant timestamptz)
"""
_INSERT = (
    f"INSERT INTO cases_case ({', '.join(_READ)}, document) SELECT {', '.join(f'r.{name}' for name in _READ)}, "
    f"{_mark('document')} FROM json_populate_record(NULL::cases_case, %s::json) r"
)
