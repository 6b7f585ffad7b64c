"""Fills an organization with cases, as the app role and through the timeline's own door, quickly."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from bench.world import STAGES, World, values
from casefy.ids import new_id
from cases.events import CaseAssigned, CaseCommented, CaseMoved, CaseOpened
from cases.index import value_rows, words_of
from cases.models import Case, Value
from cases.numbers import next_numbers
from templates_app.catalogue import TemplateView, catalogue
from tenants.models import Organization
from tenants.scope import reading, scoped_to
from timeline.record import Entry, record_many

BATCH = 500
FIRST = datetime(2026, 1, 5, 8, tzinfo=UTC)
APART = timedelta(minutes=5)


def fill(world: World, count: int, *, start: int = 0, stream_of: tuple[str, ...] = STAGES) -> None:
    """Add `count` cases of three events each; `start` is how many there are already."""
    with scoped_to(world.organization_id):
        view = _template(world)
        for first in range(start, start + count, BATCH):
            with transaction.atomic():
                _add(world, view, range(first, min(first + BATCH, start + count)), stream_of)


def lengthen(world: World, case_id: UUID, events: int) -> None:
    """Add so many comments to the timeline of one case."""
    about: Any = SimpleNamespace(stream=("case", case_id), template_version_id=None)
    with scoped_to(world.organization_id):
        for first in range(0, events, 1000):
            some = range(first, min(first + 1000, events))
            with transaction.atomic():
                record_many(
                    Entry(
                        CaseCommented(text=f"Remark {number} about the delivery.", mentions=[]),
                        about,
                        world.by,
                    )
                    for number in some
                )
                Case.objects.filter(id=case_id).update(version=F("version") + len(some))


def _template(world: World) -> TemplateView:
    with reading():
        revision = Organization.objects.values_list("revision", flat=True).get(id=world.organization_id)
        return catalogue(world.organization_id, revision).by_key[world.template]


def _add(world: World, view: TemplateView, numbers: range, stages: tuple[str, ...]) -> None:
    given = next_numbers(
        world.organization_id, view.id, view.definition.number_pattern, FIRST.date(), len(numbers)
    )
    cases = [_case(world, view, n, number, stages) for n, number in zip(numbers, given, strict=True)]
    Case.objects.bulk_create(cases)
    Value.objects.bulk_create([value for case in cases for value in _values(view, case)], batch_size=4000)
    record_many(entry for case in cases for entry in _history(world, view, case))


def _case(world: World, view: TemplateView, n: int, number: str, stages: tuple[str, ...]) -> Case:
    opened = FIRST + n * APART
    status = "closed" if n // len(STAGES) % 4 == 3 else "open"
    case = Case(
        id=new_id(opened), organization_id=world.organization_id, template_id=view.id,
        template_version_id=view.version_id, number=number, title=f"Order {n} of office supplies",
        stage=stages[n % len(stages)], owner_id=world.by.member_id if n % 3 else None, data=values(n), version=3,
        opened_at=opened, stage_entered_at=opened + 2 * APART, changed_at=opened + 2 * APART,
        stage_seconds={stages[0]: 600.0}, closed_at=opened + 2 * APART if status == "closed" else None,
    )  # fmt: skip
    case.__dict__["status"] = status  # protected from everybody but the acts; these rows come ready-made
    words = words_of(case, view).split()
    case.document = " ".join(f"'{word}':{place}" for place, word in enumerate(words, 1))
    return case


def _values(view: TemplateView, case: Case) -> Iterator[Value]:
    common = {"organization_id": case.organization_id, "case_id": case.id}
    for field_id, text, number, instant in value_rows(case, view, case.data):
        yield Value(**common, field_id=field_id, text=text, number=number, instant=instant)


def _history(world: World, view: TemplateView, case: Case) -> Iterator[Entry]:
    stage = view.definition.stage(case.stage)
    first = view.definition.first_stage
    assert stage is not None
    assert first is not None
    yield _entry(world, case, 0, CaseOpened(
        number=case.number, title=case.title, template=str(view.id), template_name=view.name, stage=first.key,
        stage_name=first.name, data=case.data, personal_fields=[],
    ))  # fmt: skip
    yield _entry(world, case, 1, CaseAssigned(
        to=world.by.label, owner=str(world.by.member_id), owner_name=world.by.label, team=None, team_name="",
        from_owner=None, from_owner_name="", from_team=None, from_team_name="",
    ))  # fmt: skip
    yield _entry(world, case, 2, CaseMoved(
        from_stage=first.key, from_name=first.name, to_stage=case.stage, to_name=stage.name, kind="advance",
        seconds=600.0,
    ))  # fmt: skip


def _entry(world: World, case: Case, step: int, fact: Any) -> Entry:
    return Entry(fact, case, world.by, case.opened_at + step * APART, is_imported=True)
