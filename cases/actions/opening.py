"""The act that begins a case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from casefy.clock import now
from casefy.errors import Conflict, Invalid, Missing
from casefy.ids import new_id
from cases.assigning import Assignment, assignment, keep_here
from cases.events import CaseOpened
from cases.filling import cleaned, demand, referred, titled
from cases.index import value_rows, words_of
from cases.knowing import people, place
from cases.models import Case
from cases.numbers import count_one
from cases.rows import inserted
from templates_app.catalogue import TemplateView, catalogue
from templates_app.definition import Stage
from templates_app.numbering import NumberPattern, parse_pattern
from templates_app.values import Place
from tenants.actor import Actor
from tenants.configuration import configuration
from tenants.scope import scoped_to
from timeline.record import record


def open_case(
    *,
    by: Actor,
    template: str,
    title: str,
    values: Mapping[str, Any] | None = None,
    stage: str | None = None,
    owner: UUID | None = None,
    team: UUID | None = None,
    external_ref: str | None = None,
) -> Case:
    """Open a case of the template with this key, with a number, and return it.

    `values` maps field keys to what was entered. The case starts in `stage`, or where the template
    begins. Raises Missing for an unknown template, Conflict for one that takes no new cases or whose
    numbers repeat themselves, and Invalid for values that do not fit or are needed and not given.
    """
    asked = _Asked(template, title, values or {}, stage, owner, team, external_ref)
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        if owner is not None:
            keep_here(by.organization_id, owner)
        judged = _numbered(_judge(asked, *_at_first(by)))
        case = _make(judged)
        _refuse_twice(case, judged.by)
        words = words_of(case, judged.view, judged.place)
        rows = inserted(case, words, value_rows(case, judged.view, judged.data))
        fact = _opened(case, judged.view, judged.start, judged.whom)
        with _numbered_once(case):
            record(fact, by=judged.by, about=case, occurred_at=case.opened_at, writing=rows)
    return case


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was entered."""

    template: str
    title: str
    values: Mapping[str, Any]
    stage: str | None
    owner: UUID | None
    team: UUID | None
    external_ref: str | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is to be opened by whom, found permitted and sensible at one revision of the configuration."""

    asked: _Asked
    by: Actor
    zone: str
    at: datetime
    view: TemplateView
    start: Stage
    title: str
    data: dict[str, Any]
    whom: Assignment
    external_ref: str | None
    count: int = 0

    @property
    def place(self) -> Place:
        """Return what showing values needs."""
        return place(self.by, self.zone)

    @property
    def day(self) -> date:
        """Return the day on which the case is opened, where the organization is."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    @property
    def pattern(self) -> NumberPattern:
        """Return how the case is numbered."""
        return parse_pattern(self.view.definition.number_pattern)


def _at_first(by: Actor) -> tuple[Actor, str]:
    """Return the actor and the time zone as whoever let them in found them: counting tells whether that still holds."""
    return (by, people(by).time_zone) if by.revision else configuration(by)


def _judge(asked: _Asked, by: Actor, zone: str) -> _Judged:
    view = catalogue(by.organization_id, by.revision).by_key.get(asked.template)
    by.require("case.open", people(by).who_could)
    view = _takes_cases(view)
    values = cleaned(view.definition, asked.values, place(by, zone), {})
    data = {key: value for key, value in values.items() if value is not None}
    start = _start(view, asked.stage)
    title = titled(asked.title)
    demand(view.definition, start.key, data)
    whom = assignment(by, asked.owner, asked.team)
    return _Judged(asked, by, zone, now(), view, start, title, data, whom, referred(asked.external_ref))


def _numbered(judged: _Judged) -> _Judged:
    """Count the case, and judge anew where the configuration changed while others were counted before it."""
    period = judged.pattern.period(judged.day)
    count, found = count_one(judged.view.id, period, judged.by)
    by = found.actor(judged.by)
    if by.revision != judged.by.revision:
        judged = _judge(judged.asked, by, found.time_zone)
        if judged.pattern.period(judged.day) != period:
            sentence = "The template's numbers begin anew at this very moment. Try again."
            raise Conflict(sentence, code="busy")
    return replace(judged, count=count)


def _takes_cases(view: TemplateView | None) -> TemplateView:
    if view is None:
        raise Missing(
            "There is no such template.", code="no_such_template", fields={"template": "Choose a template."}
        )
    if not view.takes_new_cases:
        raise Conflict(f"{view.name} is retired and takes no new cases.", code="template_retired")
    return view


def _start(view: TemplateView, key: str | None) -> Stage:
    stage = view.definition.stage(key) if key else view.definition.first_stage
    if stage is None or stage.is_retired:
        raise Invalid("There is no such stage.", fields={"stage": "Choose one of the template's stages."})
    return stage


def _make(judged: _Judged) -> Case:
    at, view = judged.at, judged.view
    case = Case(
        id=new_id(at),
        organization_id=judged.by.organization_id,
        template_id=view.id,
        template_version_id=view.version_id,
        number=judged.pattern.render(judged.count, judged.day),
        title=judged.title,
        stage=judged.start.key,
        owner_id=judged.whom.owner,
        team_id=judged.whom.team,
        data=judged.data,
        version=1,
        opened_at=at,
        stage_entered_at=at,
        changed_at=at,
        external_ref=judged.external_ref,
    )
    case.revision = judged.by.revision
    return case


@contextmanager
def _numbered_once(case: Case) -> Iterator[None]:
    """Raise Conflict where a number pattern that was changed gives out a number for the second time, or where a case
    of another period took the reference meanwhile.
    """
    try:
        yield
    except IntegrityError as error:
        if "case_external_ref" in str(error):
            raise _reference_taken(case.external_ref, {}) from error
        if "case_number" not in str(error):
            raise
        raise Conflict(
            f"The number {case.number} is taken: the template's number pattern was changed to one that repeats "
            "itself. Ask a designer to give it a beginning of its own.",
            code="number_taken",
        ) from error


def _refuse_twice(case: Case, by: Actor) -> None:
    """Raise Conflict where the template has this reference. The counter of the period is locked: none overtakes."""
    if case.external_ref is None:
        return
    same = Case.objects.filter(template_id=case.template_id, external_ref=case.external_ref)
    found = same.values_list("id", "number").first()
    if found:
        known = {"case": str(found[0]), "number": found[1]} if by.may("case.view") else {}
        raise _reference_taken(case.external_ref, known)


def _reference_taken(reference: str | None, known: dict[str, str]) -> Conflict:
    return Conflict(
        f"There is a case for {reference} already.",
        code="external_ref_taken",
        fields={"external_ref": "Each case of a template has a reference of its own."},
        details=known,
    )


def _opened(case: Case, view: TemplateView, start: Stage, whom: Assignment) -> CaseOpened:
    personal = [f.key for f in view.definition.fields if f.is_personal and f.key in case.data]
    return CaseOpened(
        number=case.number,
        title=case.title,
        template=str(view.id),
        template_name=view.name,
        stage=start.key,
        stage_name=start.name,
        data=case.data,
        personal_fields=personal,
        owner=str(whom.owner) if whom.owner else None,
        owner_name=whom.owner_name,
        team=str(whom.team) if whom.team else None,
        team_name=whom.team_name,
        external_ref=case.external_ref,
    )
