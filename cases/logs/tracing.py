"""One case on its way in: each row of the log becomes a fact, and the case follows. No queries here."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from casefy.ids import new_id
from cases.events import CaseClosed, CaseMoved, CaseOpened, CaseReopened
from cases.logs.converting import Converter
from cases.logs.events import CaseStepImported
from cases.logs.rows import Finding, Step
from cases.models import Case
from cases.stages import leave_stage
from templates_app.catalogue import TemplateView
from templates_app.definition import Stage
from templates_app.values import Unfit
from tenants.actor import Actor
from timeline.record import Entry

LONGEST_TITLE = 200

# A row that is on the timeline already is known by its instant and its activity.
Mark = tuple[datetime, str]


@dataclass(slots=True)
class Traced:
    """A case while its rows come in. `visited` are the stages it was in, `known` the rows it has.

    `said` holds the last word of each column, so that only what is new is converted.
    """

    case: Case
    is_new: bool
    visited: set[str] = field(default_factory=set)
    known: Counter[Mark] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)
    is_touched: bool = False
    has_changed: bool = False


class Tracer:
    """Turns the rows of one import into facts. `stages` maps an activity to its stage."""

    def __init__(self, by: Actor, view: TemplateView, stages: dict[str, Stage], converter: Converter) -> None:
        self.by = by
        self.view = view
        self.stages = stages
        self.converter = converter
        self.findings: list[Finding] = []
        self._personal = frozenset(f.key for f in view.definition.fields if f.is_personal)
        self._participant = lru_cache(maxsize=4096)(self._actor)

    def new_case(self, step: Step, number: str) -> Traced:
        """The case that this row opens, not saved yet and without its event."""
        case = Case(
            id=new_id(step.at),
            organization_id=self.by.organization_id,
            template_id=self.view.id,
            template_version_id=self.view.version_id,
            number=number,
            title=" ".join(step.case.split())[:LONGEST_TITLE],
            stage=self.stages[step.activity].key,
            external_ref=step.case,
            opened_at=step.at,
            stage_entered_at=step.at,
            changed_at=step.at,
        )
        return Traced(case, is_new=True)

    def refusal(self, traced: Traced, step: Step) -> str:
        """Why this row cannot be added to a case that is there already; empty where it can."""
        if traced.is_touched:
            return f"Case {step.case} was worked on after its import; its history is not added to any more."
        if step.at < traced.case.changed_at:
            return (
                f"Case {step.case} already has events after this time; history is not inserted behind them."
            )
        return ""

    def trace(self, traced: Traced, step: Step) -> list[Entry]:
        """The facts of one row, as a rule one; the case follows."""
        case, stage = traced.case, self.stages[step.activity]
        changes = self._changes(traced, step)
        source = self._source(traced, step, stage, changes)
        case.data.update((key, change[1]) for key, change in changes.items())
        entries = [] if case.is_running else [self._reopen(case, step)]
        if case.version == 0:
            entries.append(self._entry(case, step, self._opened(case, stage, source)))
        elif case.stage == stage.key:
            fact = CaseStepImported(stage=stage.key, stage_name=stage.name, source=source)
            entries.append(self._entry(case, step, fact))
        else:
            entries.append(self._entry(case, step, self._moved(traced, step, stage, source)))
        traced.visited.add(stage.key)
        traced.has_changed = True
        return entries

    def finish(self, traced: Traced) -> list[Entry]:
        """The fact that a case is closed, where its last row left it in a stage that is done."""
        case = traced.case
        stage = self.view.definition.stage(case.stage)
        if not traced.has_changed or stage is None or not stage.is_done or case.status != "open":
            return []
        leave_stage(case, case.changed_at)
        case.close()
        case.closed_at = case.changed_at
        case.version += 1
        fact = CaseClosed(outcome="", outcome_name="", outcome_words="", stage=case.stage)
        return [Entry(fact, case, self._system(), case.changed_at, is_imported=True)]

    def _entry(self, case: Case, step: Step, fact: Any) -> Entry:
        case.version += 1
        case.changed_at = step.at
        return Entry(fact, case, self._participant(step.resource), step.at, is_imported=True)

    def _opened(self, case: Case, stage: Stage, source: dict[str, Any]) -> CaseOpened:
        source.pop("changes", None)
        return CaseOpened(
            number=case.number,
            title=case.title,
            template=str(self.view.id),
            template_name=self.view.name,
            stage=stage.key,
            stage_name=stage.name,
            data=dict(case.data),
            personal_fields=[key for key in case.data if key in self._personal],
            external_ref=case.external_ref,
            source=source,
        )

    def _moved(self, traced: Traced, step: Step, stage: Stage, source: dict[str, Any]) -> CaseMoved:
        case = traced.case
        here = self.view.definition.stage(case.stage)
        fact = CaseMoved(
            from_stage=case.stage,
            from_name=here.name if here else case.stage,
            to_stage=stage.key,
            to_name=stage.name,
            kind=self._kind(traced, stage),
            seconds=leave_stage(case, step.at),
            source=source,
        )
        case.stage = stage.key
        return fact

    def _kind(self, traced: Traced, stage: Stage) -> str:
        """A return is what goes back to where the case has been: the order of guessed stages is no promise."""
        if stage.key in traced.visited:
            return "return"
        kind = self.view.definition.kind_of_move(traced.case.stage, stage.key)
        return "advance" if kind == "return" else kind

    def _reopen(self, case: Case, step: Step) -> Entry:
        fact = CaseReopened(
            was=case.status, outcome=case.outcome, from_stage=case.stage, stage=case.stage,
            stage_name=self._name(case.stage),
        )  # fmt: skip
        case.reopen()
        case.stage_entered_at, case.closed_at, case.outcome = step.at, None, ""
        case.version += 1
        return Entry(fact, case, self._system(), step.at, is_imported=True)

    def _name(self, stage_key: str) -> str:
        stage = self.view.definition.stage(stage_key)
        return stage.name if stage else stage_key

    def _changes(self, traced: Traced, step: Step) -> dict[str, list[Any]]:
        """What the row says anew. An empty cell says nothing; a value that does not fit is left out and found."""
        changes: dict[str, list[Any]] = {}
        fields, said, data = self.converter.fields, traced.said, traced.case.data
        for column, text in step.values.items():
            if said.get(column) == text or column not in fields:
                continue
            said[column] = text
            try:
                stored = self.converter.stored(column, text)
            except Unfit as unfit:
                self.findings.append(Finding(step.line, column, str(unfit), "left_out"))
                continue
            key = fields[column].key
            before = data.get(key)
            if stored is not None and stored != before:
                changes[key] = [before, stored]
        return changes

    def _source(self, traced: Traced, step: Step, stage: Stage, changes: dict[str, Any]) -> dict[str, Any]:
        """What is needed to give the row back as it was."""
        source: dict[str, Any] = {"row": step.number, "line": step.line}
        if step.time_text:
            source["time"] = step.time_text
        if step.lifecycle:
            source["lifecycle"] = step.lifecycle
        if step.activity != stage.name:
            source["activity"] = step.activity
        if silent := self._silent(traced, step):
            source["silent"] = silent
        if changes:
            source["changes"] = changes
            if personal := [key for key in changes if key in self._personal]:
                source["personal"] = personal
        return source

    def _silent(self, traced: Traced, step: Step) -> list[str]:
        """The fields that have a value, of which this row says nothing."""
        data = traced.case.data
        if len(traced.said) == len(step.values) and len(data) <= len(step.values) and traced.is_new:
            return []
        fields = self.converter.fields
        told = {fields[column].key for column in step.values if column in fields}
        return [key for key in data if key not in told]

    def _actor(self, resource: str) -> Actor:
        return replace(self.by, kind="participant", label=resource) if resource else self._system()

    def _system(self) -> Actor:
        return replace(self.by, kind="system", label="Import")


def actor_of(organization_id: UUID, import_id: UUID) -> Actor:
    """Whoever an import speaks for: all its events carry the import's id as their correlation."""
    return Actor(organization_id, "system", "Import", correlation_id=import_id)
