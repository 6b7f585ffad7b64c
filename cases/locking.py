"""How an act takes hold of the case it changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import django_fsm as fsm
from django.db import transaction

from casefy.errors import Conflict, Missing
from cases.assigning import keep_here
from cases.changes import changed_since
from cases.knowing import may_see, people, template_of
from cases.machine import RUNNING
from cases.models import Case
from cases.rows import CaseRef, hold_row
from templates_app.catalogue import TemplateView
from templates_app.definition import Definition
from tenants.actor import Actor
from tenants.directory import Directory
from tenants.scope import scoped_to

ENDINGS = ("close", "cancel")


@dataclass(slots=True)
class Held:
    """A case held by an act: the row, locked, and what is in force around it.

    `by` is the actor as of now: with the permissions and the configuration's revision found once the case was locked.
    """

    case: Case
    by: Actor
    zone: str

    @property
    def template(self) -> TemplateView:
        """Return the case's template."""
        return template_of(self.case)

    @property
    def definition(self) -> Definition:
        """Return the definition in force."""
        return self.template.definition

    @property
    def people(self) -> Directory:
        """Return who is who."""
        return people(self.by)

    def require(self, permission: str) -> None:
        """Raise Forbidden, naming who could, unless the actor may do this."""
        self.by.require(permission, self.people.who_could)


@contextmanager
def holding(
    case_id: CaseRef, *, by: Actor, expected_version: int | None = None, giving_to: UUID | None = None
) -> Iterator[Held]:
    """Open the act's one transaction and yield the case (by id or number), locked, in scope, in its template's
    present version.

    A member whom the act gives the case to is kept from leaving meanwhile.
    Durable: an act never runs inside another's transaction, so what `on_commit` promises is true.
    Raises Missing for a case that is not there or not to be seen, Forbidden for an actor who lost their place, and
    Conflict with code "stale" where it has changed since `expected_version`.
    """
    with scoped_to(by.organization_id), transaction.atomic(durable=True):
        if giving_to is not None:
            keep_here(by.organization_id, giving_to)
        found = hold_row(case_id, by)
        if found is None:
            raise no_such_case()
        case, now = found
        by = now.actor(by)
        if not may_see(case, by):
            raise no_such_case()
        if expected_version is not None and expected_version != case.version:
            raise _stale(case, expected_version)
        case.template_version_id = template_of(case).version_id
        try:
            yield Held(case, by, now.time_zone)
        except fsm.TransitionNotAllowed as error:
            raise Conflict(_why_not(case.status, error.method.__name__), code="wrong_status") from error


def no_such_case() -> Missing:
    """Return the refusal for a case that is not there, belongs to others, or is not to be seen."""
    return Missing("There is no such case.", code="no_such_case")


def _stale(case: Case, expected_version: int) -> Conflict:
    meanwhile = changed_since(case, expected_version)
    details = {**meanwhile.as_details(), "expected_version": expected_version}
    return Conflict(meanwhile.sentence, code="stale", details=details)


def _why_not(status: str, act: str) -> str:
    """Return why a case in this status cannot do that, and what to do first."""
    if act == "reopen":
        return "The case is running: there is nothing to reopen."
    if status in RUNNING:
        return "The case is on hold already." if act == "hold" else "The case is not on hold."
    return f"The case is {status} already." if act in ENDINGS else f"The case is {status}. Reopen it first."
