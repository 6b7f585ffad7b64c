"""Writing one batch of an import: cases, their index and their events, in few statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from casefy.ids import new_id
from casefy.many import insert_many
from cases.index import document_of, words_of
from cases.logs.batches import Stretch
from cases.logs.rows import Finding
from cases.logs.tracing import Mark, Traced, Tracer
from cases.models import Case, Value
from cases.numbers import next_numbers
from templates_app.definition import Field
from templates_app.numbering import parse_pattern
from templates_app.values import IndexTerm, Place, index_terms
from timeline.queries import page
from timeline.record import Entry, record_many

STEP_TYPES = ("case.opened", "case.moved", "case.step_imported")
CHANGED_COLUMNS = [
    "status", "stage", "data", "version", "stage_entered_at", "stage_seconds", "changed_at", "closed_at", "outcome",
    "template_version",
]  # fmt: skip
_FIND_PAGE = 500
_REMEMBERED_TERMS = 20_000
_VALUE_COLUMNS = (
    ("id", "uuid"), ("organization_id", "uuid"), ("field_id", "uuid"), ("case_id", "uuid"),
    ("text", "text"), ("number", "float8"), ("instant", "timestamptz"),
)  # fmt: skip
_CASE_COLUMNS = tuple(
    (str(field.get_attname()), "text" if field.name == "document" else str(field.db_type(connection)))
    for field in Case._meta.concrete_fields
)
_DOCUMENT = {"document": "to_tsvector('simple', {})"}


class Writer:
    """Stores batches of one import. Keeps the case that a batch ends in the middle of, for the next one."""

    def __init__(self, tracer: Tracer, place: Place, zone: ZoneInfo) -> None:
        self.tracer = tracer
        self.place = place
        self.zone = zone
        self.made = 0
        self.recorded = 0
        self.known = 0
        self._open: Traced | None = None
        self._is_planned = False
        self._known_terms: dict[tuple[str, Any], tuple[IndexTerm, ...]] = {}

    def store(self, batch: Sequence[Stretch]) -> list[Finding]:
        """Store one batch inside a transaction; return what a person should know. Counts go up."""
        self._plan_for_many()
        traced = self._take_up(batch)
        entries: list[Entry] = []
        for stretch in batch:
            entries += self._trace(traced[stretch.case], stretch)
        finished = {stretch.case for stretch in batch if stretch.is_last}
        self._save(traced, finished)
        record_many(entries)
        self._index([t for name, t in traced.items() if name in finished and t.has_changed])
        self._open = traced[batch[-1].case] if not batch[-1].is_last else None
        findings, self.tracer.findings = self.tracer.findings, []
        return findings

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
        """Every case of the batch: the one still open, those in the database, and new ones with their numbers."""
        carried = self._carried(batch[0].case)
        found = self._found(stretch.case for stretch in batch if stretch.case not in carried) | carried
        fresh = [stretch for stretch in batch if stretch.case not in found]
        numbers = self._numbers([stretch.steps[0].at.astimezone(self.zone).date() for stretch in fresh])
        for stretch, number in zip(fresh, numbers, strict=True):
            found[stretch.case] = self.tracer.new_case(stretch.steps[0], number)
        self.made += len(fresh)
        return found

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
            .filter(template_id=self.tracer.view.id, external_ref__in=list(names))
            .order_by("id")
        )
        return {str(case.external_ref): self._remembered(case) for case in rows}

    def _remembered(self, case: Case) -> Traced:
        """A case that is there already, with the rows it has and whether people have worked on it."""
        case.template_version_id = self.tracer.view.version_id
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

    def _numbers(self, days: Sequence[date]) -> list[str]:
        """A number for each day, in order: one step of the counter for each period among them."""
        view, by = self.tracer.view, self.tracer.by
        pattern = view.definition.number_pattern
        period = parse_pattern(pattern).period
        given = {
            name: iter(next_numbers(by.organization_id, view.id, pattern, day, most))
            for name, (day, most) in _by_period(days, period).items()
        }
        return [next(given[period(day)]) for day in days]

    def _trace(self, traced: Traced, stretch: Stretch) -> list[Entry]:
        entries: list[Entry] = []
        for step in stretch.steps:
            mark = (step.at, step.activity)
            if traced.known[mark]:
                traced.known[mark] -= 1
                self.known += 1
            elif sentence := not traced.is_new and self.tracer.refusal(traced, step):
                self.tracer.findings.append(Finding(step.line, "", sentence))
            else:
                entries += self.tracer.trace(traced, step)
                self.recorded += 1
        if stretch.is_last:
            entries += self.tracer.finish(traced)
        return entries

    def _save(self, traced: dict[str, Traced], finished: set[str]) -> None:
        view = self.tracer.view
        fresh = []
        for name, t in traced.items():
            if not t.has_changed:
                continue
            words = words_of(t.case, view, self.place) if name in finished else None
            if t.is_new:
                fresh.append(_case_row(t.case, words))
            else:
                # The words of a case that goes on in the next batch are indexed there.
                t.case.document = document_of(words) if words is not None else None
                changed = [*CHANGED_COLUMNS, *(["document"] if words is not None else [])]
                t.case.save(force_update=True, update_fields=changed)
        insert_many("cases_case", _CASE_COLUMNS, fresh, made_by=_DOCUMENT)

    def _index(self, traced: Sequence[Traced]) -> None:
        """Bring the typed index of these cases up to date: one statement for all their values."""
        if there := [t.case.id for t in traced if not t.is_new]:
            Value.objects.filter(case_id__in=there).delete()
        ids = count(new_id().int & ~0xFFFFFFFF)  # one fresh id, and those behind it
        rows = [(UUID(int=next(ids)), *row) for t in traced for row in self._value_rows(t.case)]
        insert_many("cases_value", _VALUE_COLUMNS, rows)

    def _value_rows(self, case: Case) -> Iterator[tuple[Any, ...]]:
        field_ids, field_of = self.tracer.view.field_ids, self.tracer.view.definition.field
        for key, stored in case.data.items():
            field, field_id = field_of(key), field_ids.get(key)
            if field is not None and field_id is not None:
                for term in self._terms(field, stored):
                    yield case.organization_id, field_id, case.id, *term

    def _terms(self, field: Field, stored: Any) -> tuple[IndexTerm, ...]:
        """The index terms of a value, remembered: most values of a log repeat."""
        if isinstance(stored, list | dict):
            return index_terms(field, stored)
        known = self._known_terms.get((field.key, stored))
        if known is None:
            if len(self._known_terms) >= _REMEMBERED_TERMS:
                self._known_terms.clear()
            known = self._known_terms[field.key, stored] = index_terms(field, stored)
        return known


def _case_row(case: Case, words: str | None) -> list[Any]:
    return [words if name == "document" else getattr(case, name) for name, _ in _CASE_COLUMNS]


def mark_of(fact: Mapping[str, Any], at: datetime) -> Mark:
    """The mark of an imported event: its instant and the activity as the file said it."""
    said = (fact.get("source") or {}).get("activity")
    return at, said or fact.get("to_name") or fact.get("stage_name") or ""


def _by_period(days: Iterable[date], period: Callable[[date], str]) -> dict[str, tuple[date, int]]:
    counts: Counter[str] = Counter()
    first: dict[str, date] = {}
    for day in days:
        name = period(day)
        counts[name] += 1
        first.setdefault(name, day)
    return {name: (first[name], count) for name, count in counts.items()}
