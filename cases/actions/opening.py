"""The act that begins a case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from casefy.clock import now
from casefy.errors import Conflict, Invalid, Missing
from casefy.ids import new_id
from cases.assigning import Assignment, assignment
from cases.events import CaseOpened
from cases.filling import cleaned, demand, referred, titled
from cases.index import value_rows, words_of
from cases.knowing import people, place
from cases.models import Case
from cases.numbers import next_numbers
from cases.rows import insert_row
from templates_app.catalogue import TemplateView, catalogue
from templates_app.definition import Stage
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
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        by, zone = configuration(by)
        view = catalogue(by.organization_id, by.revision).by_key.get(template)
        by.require("case.open", people(by).who_could)
        view = _takes_cases(view)
        where = place(by, zone)
        data = {k: v for k, v in cleaned(view.definition, values or {}, where, {}).items() if v is not None}
        start = _start(view, stage)
        title = titled(title)
        demand(view.definition, start.key, data)
        whom = assignment(by, owner, team)
        case = _make(by, view, start, title, data, whom, referred(external_ref), zone)
        _refuse_twice(case, by)
        with _numbered_once(case):
            insert_row(case, words_of(case, view, where), value_rows(case, view, data))
        record(_opened(case, view, start, whom), by=by, about=case, occurred_at=case.opened_at)
    return case


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


def _make(
    by: Actor, view: TemplateView, start: Stage, title: str, data: dict[str, Any], whom: Assignment,
    external_ref: str | None, zone: str,
) -> Case:  # fmt: skip
    at = now()
    today = at.astimezone(ZoneInfo(zone)).date()
    (number,) = next_numbers(by.organization_id, view.id, view.definition.number_pattern, today)
    case = Case(
        id=new_id(at),
        organization_id=by.organization_id,
        template_id=view.id,
        template_version_id=view.version_id,
        number=number,
        title=title,
        stage=start.key,
        owner_id=whom.owner,
        team_id=whom.team,
        data=data,
        version=1,
        opened_at=at,
        stage_entered_at=at,
        changed_at=at,
        external_ref=external_ref,
    )
    case.revision = by.revision
    return case


@contextmanager
def _numbered_once(case: Case) -> Iterator[None]:
    """Raise Conflict where a number pattern that was changed gives out a number for the second time."""
    try:
        yield
    except IntegrityError as error:
        if "case_number" not in str(error):
            raise
        raise Conflict(
            f"The number {case.number} is taken: the template's number pattern was changed to one that repeats "
            "itself. Ask a designer to give it a beginning of its own.",
            code="number_taken",
        ) from error


def _refuse_twice(case: Case, by: Actor) -> None:
    """Raise Conflict where the template has this reference. The counter is locked: nobody overtakes."""
    if case.external_ref is None:
        return
    same = Case.objects.filter(template_id=case.template_id, external_ref=case.external_ref)
    found = same.values_list("id", "number").first()
    if found:
        known = {"case": str(found[0]), "number": found[1]} if by.may("case.view") else {}
        raise Conflict(
            f"There is a case for {case.external_ref} already.",
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
