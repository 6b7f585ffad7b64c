"""What the organization's timeline says of an import: who brought in which file, how it was meant, how it ended."""

from typing import Any

from cases.logs.events import (
    LogDiscarded,
    LogForgotten,
    LogImported,
    LogImportStarted,
    LogImportStopped,
    LogPlanned,
    LogUploaded,
)
from cases.logs.models import LogImport
from cases.logs.plan import ROLES
from tenants.actor import Actor
from tenants.models import Organization
from timeline.record import record
from timeline.registry import Fact


def tell(fact: Fact, *, by: Actor) -> None:
    """Record a fact of an import on the organization's stream, in the caller's transaction."""
    record(fact, by=by, about=Organization.objects.get(id=by.organization_id))


def hold_organization_of(log: LogImport) -> None:
    """Hold what `tell` counts in, before the import itself is held: the order in which acts on an import go."""
    held = Organization.objects.select_for_update(of=("self",), no_key=True).only("id")
    held.get(id=log.organization_id)


def uploaded(log: LogImport) -> LogUploaded:
    """The file is in."""
    return LogUploaded(**_file(log), size=log.file_bytes)


def planned(log: LogImport) -> LogPlanned:
    """Its columns have their meaning."""
    plan = log.plan
    columns = {role: plan[role] for role in ROLES if plan.get(role)}
    return LogPlanned(**_file(log), columns=columns, kinds=plan.get("kinds") or {}, zone=plan["zone"])


def started(log: LogImport) -> LogImportStarted:
    """It is to come in."""
    return LogImportStarted(**_file(log), size=log.file_bytes, rows=log.steps, done=log.steps_done)


def stopped(log: LogImport, why: str = "") -> LogImportStopped:
    """It stopped on its way."""
    return LogImportStopped(
        **_file(log),
        rows=log.steps,
        done=log.steps_done,
        cases=log.cases_made,
        events=log.events_made,
        why=why,
    )


def discarded(log: LogImport) -> LogDiscarded:
    """It is off the list."""
    return LogDiscarded(**_file(log), cases=log.cases_made, events=log.events_made)


def forgotten(log: LogImport) -> LogForgotten:
    """Its file is kept no longer."""
    return LogForgotten(**_file(log), rows=log.steps, done=log.steps_done)


def imported(log: LogImport) -> LogImported:
    """All of it is in."""
    return LogImported(
        **_file(log),
        size=log.file_bytes,
        rows=log.rows_read,
        cases=log.cases_made,
        events=log.events_made,
        known=log.events_known,
        refused=log.refused,
    )


def _file(log: LogImport) -> dict[str, Any]:
    return {
        "log_import": str(log.id),
        "file": log.file_name,
        "sha256": bytes(log.digest).hex(),
        "template": log.template_name,
    }
