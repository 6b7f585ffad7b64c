"""Writing one batch of an import: cases, their index and their events, in few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from cases.index import document_of
from cases.logs.batches import Stretch
from cases.logs.foreseeing import Foreseen
from cases.logs.numbering import Numbers
from cases.logs.preparing import Prepared, Preparer
from cases.logs.tracing import Mark, Traced
from cases.models import Case, Value
from timeline.queries import page
from timeline.record import record_sealed

STEP_TYPES = ("case.opened", "case.moved", "case.step_imported")
CHANGED_COLUMNS = [
    "status", "stage", "data", "version", "stage_entered_at", "stage_seconds", "changed_at", "closed_at", "outcome",
    "template_version",
]  # fmt: skip
_FIND_PAGE = 500


class Writer:
    """Stores batches of one import. Keeps the case that a batch ends in the middle of, for the next one."""

    def __init__(self, preparer: Preparer, numbers: Numbers) -> None:
        self.preparer = preparer
        self.numbers = numbers
        self._open: Traced | None = None
        self._all_new = True
        self._is_planned = False

    def foresee(self, batch: Sequence[Stretch]) -> Prepared | None:
        """What becomes of the next batch if none of its cases is there yet and nobody takes a number before it.

        None where that is unlikely. Needs no database, and may run in another thread while the last batch is sent.
        """
        if self._open is not None or not self._all_new:
            return None
        return self.preparer.prepare(
            batch, {}, self.numbers.foretell([stretch.steps[0] for stretch in batch])
        )

    def store(self, foreseen: Foreseen) -> Prepared:
        """Store one batch inside a transaction and say what it became."""
        batch = foreseen.batch
        self._plan_for_many()
        found = self._take_up(batch)
        numbers = self.numbers.take([stretch.steps[0] for stretch in batch if stretch.case not in found])
        prepared = foreseen.prepared
        if prepared is None or found or prepared.numbers != numbers:
            prepared = self.preparer.prepare(batch, found, numbers)
        self._open, self._all_new = prepared.open, not found
        foreseen.is_settled()  # from here on, the next one can be prepared
        self._send(prepared)
        return prepared

    def _send(self, prepared: Prepared) -> None:
        for case, words in prepared.changed:
            case.document = document_of(words) if words is not None else None
            changed = [*CHANGED_COLUMNS, *(["document"] if words is not None else [])]
            case.save(force_update=True, update_fields=changed)
        prepared.cases.insert()
        record_sealed(prepared.events)
        if prepared.stale:
            Value.objects.filter(case_id__in=prepared.stale).delete()
        prepared.values.insert()

    def _plan_for_many(self) -> None:
        """Keep the database from planning for tables as small as they are before an import.

        The plans of triggers and foreign keys are kept by the connection. Made while a table is nearly empty, they
        read all of it every time, and an import into a new database took four times as long.
        """
        with connection.cursor() as cursor:
            if not self._is_planned:
                cursor.execute("DISCARD PLANS")
                self._is_planned = True
            cursor.execute("SET LOCAL enable_seqscan = off")

    def _take_up(self, batch: Sequence[Stretch]) -> dict[str, Traced]:
        """The cases of the batch that are there: the one still open, and those in the database."""
        carried = self._carried(batch[0].case)
        return self._found(stretch.case for stretch in batch if stretch.case not in carried) | carried

    def _carried(self, name: str) -> dict[str, Traced]:
        """The case that the last batch ended in the middle of, unless somebody has changed it since."""
        traced, self._open = self._open, None
        if traced is None or traced.case.external_ref != name:
            return {}
        held = Case.objects.select_for_update(no_key=True).filter(id=traced.case.id)
        if held.values_list("version", flat=True).get() != traced.case.version:
            return {}
        traced.is_new = False
        return {name: traced}

    def _found(self, names: Iterable[str]) -> dict[str, Traced]:
        rows = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .defer("document")
            .filter(template_id=self.preparer.tracer.view.id, external_ref__in=list(names))
            .order_by("id")
        )
        return {str(case.external_ref): self._remembered(case) for case in rows}

    def _remembered(self, case: Case) -> Traced:
        """A case that is there already, with the rows it has and whether people have worked on it."""
        case.template_version_id = self.preparer.tracer.view.version_id
        traced = Traced(case, is_new=False)
        before: int | None = None
        while told := page(case.id, before=before, limit=_FIND_PAGE):
            for event in told:
                traced.is_touched = traced.is_touched or not event.is_imported
                if event.type in STEP_TYPES and event.is_imported:
                    traced.known[mark_of(event.fact, event.occurred_at)] += 1
                stage = event.fact.get("to_stage") or event.fact.get("stage")
                traced.visited.update([stage] if stage else [])
            before = told[-1].seq
        return traced


def mark_of(fact: Mapping[str, Any], at: datetime) -> Mark:
    """The mark of an imported event: its instant and the activity as the file said it."""
    said = (fact.get("source") or {}).get("activity")
    return at, said or fact.get("to_name") or fact.get("stage_name") or ""
