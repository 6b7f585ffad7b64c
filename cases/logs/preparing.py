"""What a batch of an import becomes, made without the database: cases, events and index terms, ready to be sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection

from casefy.ids import new_id
from cases.index import words_of
from cases.logs.batches import Stretch
from cases.logs.rows import Finding
from cases.logs.tracing import Traced, Tracer
from cases.models import Case
from templates_app.definition import Field
from templates_app.values import IndexTerm, Place, index_terms
from tenants.postgres.many import Packed, pack
from timeline.record import Entry, SealedMany, seal_many

_REMEMBERED_TERMS = 20_000
_LONGEST_REMEMBERED = 200  # characters
_VALUE_COLUMNS = (
    ("id", "uuid"), ("organization_id", "uuid"), ("field_id", "uuid"), ("case_id", "uuid"),
    ("text", "text"), ("number", "float8"), ("instant", "timestamptz"),
)  # fmt: skip
_CASE_COLUMNS = tuple(
    (str(field.get_attname()), "text" if field.name == "document" else str(field.db_type(connection)))
    for field in Case._meta.concrete_fields
)
_DOCUMENT = {"document": "to_tsvector('simple', {})"}


@dataclass(slots=True)
class Prepared:
    """A batch as it is sent to the database. `numbers` are those its new cases were given.

    `changed` are cases that were there already, with their words where the batch has their last row; `stale` are those
    whose index is made anew. `open` is the case that the batch ends in the middle of.
    """

    numbers: list[str]
    made: int = 0
    recorded: int = 0
    known: int = 0
    cases: Packed = field(default_factory=Packed)
    changed: list[tuple[Case, str | None]] = field(default_factory=list)
    events: SealedMany = field(default_factory=SealedMany)
    values: Packed = field(default_factory=Packed)
    stale: list[UUID] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    open: Traced | None = None


class Preparer:
    """Prepares the batches of one import, one at a time, in whichever thread."""

    def __init__(self, tracer: Tracer, place: Place) -> None:
        self.tracer = tracer
        self.place = place
        self._known_terms: dict[tuple[str, Any], tuple[IndexTerm, ...]] = {}

    def prepare(self, batch: Sequence[Stretch], found: Mapping[str, Traced], numbers: list[str]) -> Prepared:
        """What becomes of a batch, where `found` are the cases that are there; the others are new."""
        prepared, given, traced = Prepared(numbers), iter(numbers), dict(found)
        entries: list[Entry] = []
        for stretch in batch:
            if stretch.case not in traced:
                traced[stretch.case] = self.tracer.new_case(stretch.steps[0], next(given))
                prepared.made += 1
            entries += self._trace(prepared, traced[stretch.case], stretch)
        finished = {stretch.case for stretch in batch if stretch.is_last}
        prepared.events = seal_many(entries)
        self._add_cases(prepared, traced, finished)
        self._add_values(prepared, [t for name, t in traced.items() if name in finished and t.has_changed])
        prepared.open = None if batch[-1].is_last else traced[batch[-1].case]
        prepared.findings, self.tracer.findings = self.tracer.findings, []
        return prepared

    def _trace(self, prepared: Prepared, traced: Traced, stretch: Stretch) -> list[Entry]:
        entries: list[Entry] = []
        for step in stretch.steps:
            mark = (step.at, step.activity)
            if traced.known[mark]:
                traced.known[mark] -= 1
                prepared.known += 1
            elif sentence := not traced.is_new and self.tracer.refusal(traced, step):
                self.tracer.findings.append(Finding(step.line, "", sentence))
            else:
                entries += self.tracer.trace(traced, step)
                prepared.recorded += 1
        if stretch.is_last:
            entries += self.tracer.finish(traced)
        return entries

    def _add_cases(self, prepared: Prepared, traced: Mapping[str, Traced], finished: set[str]) -> None:
        fresh = []
        for name, t in traced.items():
            if not t.has_changed:
                continue
            # The words of a case that goes on in the next batch are indexed there.
            words = words_of(t.case, self.tracer.view, self.place) if name in finished else None
            if t.is_new:
                fresh.append(_case_row(t.case, words))
            else:
                prepared.changed.append((t.case, words))
        prepared.cases = pack("cases_case", _CASE_COLUMNS, fresh, made_by=_DOCUMENT)

    def _add_values(self, prepared: Prepared, traced: Sequence[Traced]) -> None:
        """The typed index of these cases, one statement for all their values."""
        prepared.stale = [t.case.id for t in traced if not t.is_new]
        ids = count(new_id().int & ~0xFFFFFFFF)  # one fresh id, and those behind it
        rows = [(UUID(int=next(ids)), *row) for t in traced for row in self._value_rows(t.case)]
        prepared.values = pack("cases_value", _VALUE_COLUMNS, rows)

    def _value_rows(self, case: Case) -> Iterator[tuple[Any, ...]]:
        field_ids, field_of = self.tracer.view.field_ids, self.tracer.view.definition.field
        for key, stored in case.data.items():
            field, field_id = field_of(key), field_ids.get(key)
            if field is not None and field_id is not None:
                for term in self._terms(field, stored):
                    yield case.organization_id, field_id, case.id, *term

    def _terms(self, field: Field, stored: Any) -> tuple[IndexTerm, ...]:
        """The index terms of a value, remembered: most values of a log repeat."""
        if isinstance(stored, list | dict) or (isinstance(stored, str) and len(stored) > _LONGEST_REMEMBERED):
            return index_terms(field, stored)
        known = self._known_terms.get((field.key, stored))
        if known is None:
            if len(self._known_terms) >= _REMEMBERED_TERMS:
                self._known_terms.clear()
            known = self._known_terms[field.key, stored] = index_terms(field, stored)
        return known


def _case_row(case: Case, words: str | None) -> list[Any]:
    return [words if name == "document" else getattr(case, name) for name, _ in _CASE_COLUMNS]
