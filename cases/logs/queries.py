"""What the screens of imports ask. In the organization's scope, inside a transaction."""

from uuid import UUID

from django.db.models import QuerySet

from casefy.errors import Missing
from cases.csv_files import as_csv
from cases.logs.models import LogFinding, LogImport

_AT_ONCE = 1_000


def imports() -> QuerySet[LogImport]:
    """The imports of the organization whose file is there, without what was found in it."""
    return LogImport.objects.exclude(state="receiving").select_related("template").defer("found", "plan")


def the_import(import_id: UUID) -> LogImport:
    """One import with its template. Raises Missing."""
    found = LogImport.objects.select_related("template").filter(id=import_id).first()
    if found is None:
        raise Missing("There is no such import.", code="no_such_import")
    return found


def first_findings(import_id: UUID, limit: int = 20) -> list[LogFinding]:
    """The first findings of an import, in the order of the file."""
    return list(LogFinding.objects.filter(log_id=import_id).order_by("line", "id")[:limit])


def findings_csv(log: LogImport) -> str:
    """Every line that was refused or lost a value, as far as they were kept, in the order of the file."""
    found = LogFinding.objects.filter(log=log).order_by("line", "id").iterator(chunk_size=_AT_ONCE)
    rows = ([each.line, each.column, each.sentence, each.outcome] for each in found)
    return as_csv(("line", "column", "what happened", "outcome"), rows)
