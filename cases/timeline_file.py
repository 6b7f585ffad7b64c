"""The timeline of one case as a file for auditors: a line per event, in order, in ISO time and plain words.

It is the same by whichever door it is taken: times among the values are those of the organization, with their offset.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from casefy.writing import FILES
from cases.changed import Change, changes_of
from cases.csv_files import as_csv
from templates_app.definition import Definition
from templates_app.values import Place
from timeline.bodies import REDACTED
from timeline.queries import Told

HEADINGS = (
    "seq", "occurred_at", "recorded_at", "actor_kind", "actor", "on_behalf_of", "type", "what", "changes", "reason",
    "text", "template_version", "caused_by", "correlation_id", "is_imported", "is_erased", "hash",
)  # fmt: skip


def timeline_csv(
    events: Iterable[Told], definition: Definition, where: Place, versions: Mapping[UUID, int]
) -> str:
    """Return the events as CSV. `where` knows the members' names, `versions` the template's numbers by id."""
    where = replace(where, writing=FILES)
    return as_csv(HEADINGS, (_cells(event, definition, where, versions) for event in events))


def _cells(event: Told, definition: Definition, where: Place, versions: Mapping[UUID, int]) -> list[Any]:
    changes = changes_of(event, where, definition, opening=True)
    return [
        event.seq, _iso(event.occurred_at), _iso(event.recorded_at), event.actor_kind, event.actor_label,
        (where.members or {}).get(str(event.on_behalf_of), event.on_behalf_of or ""), event.type,
        "[erased]" if event.is_erased else event.sentence, "\n".join(map(_change, changes)), event.reason,
        event.fact.get("text", ""), versions.get(event.template_version_id, "") if event.template_version_id else "",
        event.caused_by or "", event.correlation_id or "", event.is_imported, event.is_erased, event.hash.hex(),
    ]  # fmt: skip


def _change(change: Change) -> str:
    return f"{change.name}: {REDACTED if change.is_redacted else f'{change.before} → {change.after}'}"


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
