"""What a look at a file shows: columns, stages, fields, the first cases. Plain JSON, kept with the import."""

from itertools import groupby, islice
from pathlib import Path
from typing import Any

from cases.logs.naming import names_for_people
from cases.logs.plan import ROLES, Plan
from cases.logs.proposal import SKIP, Proposal
from cases.logs.rows import UnreadableLog
from cases.logs.sources import inspect
from cases.logs.spool import Spool
from cases.logs.survey import Survey, columns_of, filled, sample_rows

SHOWN_CASES = 5
SHOWN_STEPS = 12


def what_was_found(found: Survey, proposal: Proposal, spool: Spool) -> dict[str, Any]:
    """Everything a person needs to decide whether this is how the file is meant."""
    return {
        "problem": "",
        "format": found.source.format,
        "encoding": found.source.encoding,
        "cases": found.cases,
        "events": found.events,
        "first_at": found.first_at.isoformat() if found.first_at else None,
        "last_at": found.last_at.isoformat() if found.last_at else None,
        "is_day_first": found.plan.is_day_first,
        "columns": list(columns_of(found.source, sample_rows(found.source))),
        "stages": _stages(found, proposal),
        "fields": _fields(found, proposal),
        "left_out": list(proposal.left_out),
        "is_new": proposal.is_new,
        "is_changed": proposal.is_changed,
        "first_cases": _first_cases(spool),
    }


def problem_with(path: Path, given: Plan, sentence: str) -> tuple[dict[str, Any], Plan]:
    """What can be shown of a file that is not understood yet, and the plan as far as it can be guessed.

    Raises UnreadableLog when nothing can be shown.
    """
    source = inspect(path)
    sample = sample_rows(source)
    columns = columns_of(source, sample)
    if not columns:
        raise UnreadableLog(sentence)
    plan = filled(given, sample, columns)
    roles = {role: getattr(plan, role) for role in ROLES}
    return {"problem": sentence, "columns": list(columns), "roles": roles}, plan


def _stages(found: Survey, proposal: Proposal) -> list[dict[str, Any]]:
    steps = {stage.activity: stage.steps for stage in found.stages}
    by_key = {stage.key: activity for activity, stage in proposal.stages.items()}
    return [
        {
            "name": stage.name,
            "category": stage.category,
            "color": stage.color,
            "on_path": stage.on_path,
            "events": steps.get(by_key.get(stage.key, ""), 0),
        }
        for stage in proposal.definition.active_stages
    ]


def _fields(found: Survey, proposal: Proposal) -> list[dict[str, Any]]:
    """A line per column that plays no role, those that become no field too."""
    kinds = found.plan.kinds or {}
    names = names_for_people(found.columns)
    shown = []
    for name, profile in found.columns.items():
        field = proposal.fields.get(name)
        shown.append(
            {
                "column": name,
                "name": field.name if field else (found.plan.names or {}).get(name, names[name]),
                "guessed_name": names[name],
                "is_known": name in proposal.known,
                "kind": SKIP if kinds.get(name) == SKIP else (field.kind if field else SKIP),
                "guess": profile.kind(),
                "filled": profile.filled,
                "examples": profile.examples,
                "options": len(field.options) if field else 0,
            }
        )
    return shown


def _first_cases(spool: Spool) -> list[dict[str, Any]]:
    cases = groupby(spool.by_case(), key=lambda step: step.case)
    return [
        {
            "case": case,
            "steps": [
                {"activity": step.activity, "at": step.at.isoformat(), "resource": step.resource}
                for step in islice(steps, SHOWN_STEPS)
            ],
        }
        for case, steps in islice(cases, SHOWN_CASES)
    ]
