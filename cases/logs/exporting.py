"""The history of a template's cases as rows of a log, read case by case from the timeline, with flat memory."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from cases.logs.instants import canonical
from cases.logs.rows import Step
from cases.logs.spool import ON_DISK
from cases.logs.storing import STEP_TYPES
from cases.replay import fill_from_log
from templates_app.catalogue import TemplateView
from templates_app.definition import Field
from templates_app.values import Place, show
from timeline.bodies import unseal

_READ = """
SELECT c.id, coalesce(c.external_ref, c.number), e.type, e.occurred_at, e.is_imported, e.actor_kind, e.correlation_id,
       b.body, b.personal
  FROM cases_case c
  JOIN timeline_event e ON e.organization_id = c.organization_id AND e.stream_id = c.id
  JOIN timeline_eventbody b ON b.organization_id = e.organization_id AND b.id = e.id
 WHERE c.organization_id = current_setting('casefy.organization')::uuid AND c.template_id = %s AND e.type = ANY(%s)
 ORDER BY c.id, e.seq
"""
_TYPES = [*STEP_TYPES, "case.reopened", "case.fields_changed"]
_ROWS_AT_ONCE = 500
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; PRAGMA temp_store = FILE;
CREATE TABLE step (batch TEXT NOT NULL, place INTEGER NOT NULL, part INTEGER NOT NULL, trace INTEGER, said TEXT);
"""


def steps_of(view: TemplateView, place: Place) -> Iterator[Step]:
    """Every step of every case of a template, case by case, in the order of the timeline.

    Runs in a transaction with the organization in scope. An imported row comes back as it stood in its file; what
    people did in CaseFy is a step where it changed the stage.
    """
    for _, rows in groupby(_read(view.id), key=lambda row: row[0]):
        data: dict[str, Any] = {}
        for number, row in enumerate(rows, start=1):
            step = _step(number, row, data, view, place)
            if step is not None:
                yield step


@contextmanager
def in_file_order(view: TemplateView, place: Place, *, by_case: bool) -> Iterator[Iterator[Step]]:
    """The steps as their files had them, import after import, then what people did, by time.

    With `by_case`, cases stand in the order of their first step and keep their steps together.
    """
    with closing(sqlite3.connect(ON_DISK)) as store:
        store.executescript(_SCHEMA)
        store.executemany("INSERT INTO step VALUES (?, ?, ?, ?, ?)", _keyed(steps_of(view, place)))
        yield _sorted(store, by_case=by_case)


def _read(template_id: UUID) -> Iterator[tuple[Any, ...]]:
    # A server-side cursor: the driver would otherwise hold the whole history in memory.
    with connection.chunked_cursor() as cursor:
        cursor.execute(_READ, [template_id, _TYPES])
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows


def _step(
    number: int, row: tuple[Any, ...], data: dict[str, Any], view: TemplateView, place: Place
) -> Step | None:
    _, case, type_, at, is_imported, actor_kind, import_id, body, personal = row
    document = unseal(body, personal) or {"by": "[erased]", "fact": {}}
    fact = document["fact"]
    _follow(data, type_, fact)
    stage = fact.get("to_name") or fact.get("stage_name")
    is_step = type_ in STEP_TYPES or (
        type_ == "case.reopened" and fact.get("from_stage") != fact.get("stage")
    )
    if not is_step or not stage:
        return None
    source = fact.get("source") or {}
    silent = set(source.get("silent", ()))
    values = {
        key: text
        for key, stored in data.items()
        if key not in silent and (text := _text(view, key, stored, place))
    }
    if not is_imported:
        key = fact.get("to_stage") or fact.get("stage")
        now_called = view.definition.stage(key)
        stage = now_called.name if now_called else stage
    resource = "" if is_imported and actor_kind == "system" else document["by"]
    return Step(
        number, source.get("row", 0), case, source.get("activity") or stage, at, source.get("time", ""), resource,
        source.get("lifecycle", ""), {**values, "$import": str(import_id) if source else ""},
    )  # fmt: skip


def _follow(data: dict[str, Any], type_: str, fact: dict[str, Any]) -> None:
    """Keep the case's values up to what this event says of them."""
    if type_ == "case.opened":
        data.update(fact.get("data") or {})
    elif type_ == "case.fields_changed":
        data.update(
            (key, change["to"]) for key, change in fact.get("changes", {}).items() if isinstance(change, dict)
        )
    else:
        fill_from_log(data, fact.get("source"))


def _text(view: TemplateView, key: str, stored: Any, place: Place) -> str:
    field = view.definition.field(key)
    if stored is None or field is None:
        return ""
    return value_text(field, stored, place)


def value_text(field: Field, stored: Any, place: Place) -> str:
    """A stored value as a log holds it and the import reads it back: names of options, moments in UTC."""
    if field.kind == "yes_no":
        return "true" if stored else "false"
    if field.kind == "datetime":
        return canonical(datetime.fromisoformat(stored))
    if field.kind in ("date", "integer", "decimal"):
        return str(stored)
    if field.kind == "money":
        return f"{stored['amount']} {stored['currency']}" if isinstance(stored, dict) else str(stored)
    return show(field, stored, place)


def _keyed(steps: Iterator[Step]) -> Iterator[tuple[str, int, int, int, str]]:
    trace, last = 0, None
    for step in steps:
        if step.case != last:
            trace, last = trace + 1, step.case
        values = dict(step.values)
        batch = values.pop("$import")
        said = [
            step.case,
            step.activity,
            canonical(step.at),
            step.time_text,
            step.resource,
            step.lifecycle,
            values,
        ]
        place = step.line if batch else (step.at - _EPOCH) // (_EPOCH.resolution)
        yield batch or "~", place, step.number, trace, json.dumps(said, ensure_ascii=False)


def _sorted(store: sqlite3.Connection, *, by_case: bool) -> Iterator[Step]:
    if by_case:
        store.execute(
            "CREATE TABLE first AS SELECT trace, row_number() OVER (ORDER BY batch, place, part) AS turn FROM ("
            "SELECT trace, batch, place, part, row_number() OVER (PARTITION BY trace ORDER BY batch, place, part) AS n"
            " FROM step) WHERE n = 1"
        )
        store.execute("CREATE UNIQUE INDEX first_of ON first (trace)")
        query = "SELECT said FROM step JOIN first USING (trace) ORDER BY turn, part"
    else:
        query = "SELECT said FROM step ORDER BY batch, place, part"
    with closing(store.execute(query)) as rows:
        for number, (said,) in enumerate(rows, start=1):
            case, activity, at, time_text, resource, lifecycle, values = json.loads(said)
            yield Step(
                number, 0, case, activity, datetime.fromisoformat(at), time_text, resource, lifecycle, values
            )
