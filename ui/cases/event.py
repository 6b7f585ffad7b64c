"""One event as an auditor needs it: who, what, when, why, on what basis, for whom; and the case as it was after it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casefy.errors import Conflict
from cases.changed import changes_of
from cases.history import as_of, event_seen
from cases.queries import CaseRow, case_by_id
from templates_app.definition import Definition, Field, Stage
from templates_app.queries import VersionThen, version_then
from tenants.seeing import may_browse
from timeline.bodies import REDACTED
from timeline.queries import Told, beside, told
from ui.cases.desk import Desk, desk
from ui.cases.fact_rows import rows_of, settings_changed
from ui.cases.feed import lines_of, was_recorded_later
from ui.cases.values import shown_value
from ui.draw import draw

if TYPE_CHECKING:
    from ui.entering import InOrganization

AT_ONCE = 1_000  # events that are replayed without being asked for
KINDS_OF_ACTORS = {
    "member": "a member",
    "token": "an API token",
    "participant": "somebody outside",
    "rule": "a rule",
    "agent": "an agent",
    "system": "CaseFy itself",
}


@require_safe
def event(request: "InOrganization", event_id: UUID) -> HttpResponse:
    """Show one event; `whole` asks for the case as it was also where many events make it."""
    at = desk(request)
    found, case = event_seen(event_id, at.by)
    then = version_then(found.template_version_id) if found.template_version_id else None
    definition = (then.definition if then else at.template_of(case).definition) if case else None
    context = {"here": "cases" if case else "timeline", "case": case, **_told(found, at, then, definition)}
    if case is not None and definition is not None:
        is_long = found.seq > AT_ONCE and "whole" not in request.GET
        context |= {"is_long": True} if is_long else _as_it_was(case, found.seq, definition, at)
    return draw(request, "cases/event.html", context)


def _told(found: Told, at: Desk, then: VersionThen | None, definition: Definition | None) -> dict[str, Any]:
    neighbours = beside(found)
    (line,) = lines_of([found], at)
    behalf = at.person(found.on_behalf_of)
    return {
        "event": found,
        "line": line,
        "actor_kind": "named in the log" if found.is_imported else KINDS_OF_ACTORS.get(found.actor_kind, ""),
        "behalf": behalf.name if behalf else "",
        "was_recorded_later": was_recorded_later(found),
        "changes": [*changes_of(found, at.place, definition, opening=True), *settings_changed(found)],
        "rows": rows_of(found, definition),
        "points": found.fact.get("changes") if isinstance(found.fact.get("changes"), list) else [],
        "version": then.words if then else "",
        "cause": _cause(found, at),
        "line_of_log": source.get("line") if isinstance(source := found.fact.get("source"), dict) else None,
        "earlier": neighbours.get(found.seq - 1),
        "later": neighbours.get(found.seq + 1),
        "fingerprint": found.hash.hex(),
    }


def _cause(found: Told, at: Desk) -> Told | None:
    """Return the event that this one answers, where the visitor may see that as well."""
    cause = told([found.caused_by]).get(found.caused_by) if found.caused_by else None
    if cause is None or cause.stream_id == found.stream_id or may_browse(at.by):
        return cause
    is_seen = cause.stream_kind == "case" and case_by_id(cause.stream_id, at.by) is not None
    return cause if is_seen else None


def _as_it_was(case: CaseRow, seq: int, definition: Definition, at: Desk) -> dict[str, Any]:
    try:
        was = as_of(case, seq)
    except Conflict as error:
        return {"was": None, "why_not": error.message}
    used = [f for f in definition.fields if not f.is_retired or f.key in was.data]
    return {
        "was": was,
        "stage": definition.stage(was.stage) or Stage(was.stage, was.stage),
        "owner": at.person(was.owner_id),
        "team": at.team_name(was.team_id),
        "outcome": definition.outcome(was.outcome) if was.outcome else None,
        "values": [shown_value(_readable(f, was.data.get(f.key)), was.data.get(f.key), "", at) for f in used],
    }


def _readable(field: Field, stored: object) -> Field:
    """Return the field; for a value that was redacted, as one of text."""
    return replace(field, kind="text") if stored == REDACTED else field
