"""The timeline of one case as a file for auditors: a line per event, in order, in ISO time and plain words."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from templates_app.definition import Definition
from templates_app.values import Place, show
from timeline.bodies import REDACTED
from timeline.queries import Told

HEADINGS = (
    "seq", "occurred_at", "recorded_at", "actor_kind", "actor", "on_behalf_of", "type", "what", "changes", "reason",
    "text", "template_version", "caused_by", "correlation_id", "is_imported", "is_erased", "hash",
)  # fmt: skip
# What a spreadsheet would take for a formula is kept from being one.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def timeline_csv(
    events: Iterable[Told], definition: Definition, where: Place, versions: Mapping[UUID, int]
) -> str:
    """Return the events as CSV. `where` knows the members' names, `versions` the template's numbers by id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for event in events:
        writer.writerow([_harmless(cell) for cell in _cells(event, definition, where, versions)])
    return out.getvalue()


def _cells(event: Told, definition: Definition, where: Place, versions: Mapping[UUID, int]) -> list[Any]:
    return [
        event.seq, _iso(event.occurred_at), _iso(event.recorded_at), event.actor_kind, event.actor_label,
        (where.members or {}).get(str(event.on_behalf_of), event.on_behalf_of or ""), event.type,
        "[erased]" if event.is_erased else event.sentence, "\n".join(_changes(event, definition, where)), event.reason,
        event.fact.get("text", ""), versions.get(event.template_version_id, "") if event.template_version_id else "",
        event.caused_by or "", event.correlation_id or "", event.is_imported, event.is_erased, event.hash.hex(),
    ]  # fmt: skip


def _changes(event: Told, definition: Definition, where: Place) -> list[str]:
    """Return each value changed as "Name: before → after"; a case begins with values that were empty before."""
    fact = event.fact
    changed = fact.get("changes") or (fact.get("source") or {}).get("changes") or {}
    if event.type == "case.opened":
        changed = {key: [None, value] for key, value in (fact.get("data") or {}).items()}
    return [_change(key, each, definition, where) for key, each in changed.items()]


def _change(key: str, each: Any, definition: Definition, where: Place) -> str:
    if isinstance(each, Mapping):
        return f"{each['name']}: {each['from_shown']} → {each['to_shown']}"
    field = definition.field(key)
    if field is None or not isinstance(each, list):
        return (
            f"{field.name if field else key}: {each if isinstance(each, str) else ' → '.join(map(str, each))}"
        )
    before, after = (value if value == REDACTED else show(field, value, where) for value in each)
    return f"{field.name}: {before} → {after}"


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
