"""Working on an import: looking at its file, and bringing it in. Killed at any place, it goes on from there."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.utils.timezone import now

from casefy.errors import Refused
from cases.knowing import place
from cases.logs.asking import AskerMayNot, asker, named_asker
from cases.logs.batches import batches
from cases.logs.converting import Converter
from cases.logs.foreseeing import Foreseen, foreseeing
from cases.logs.keeping import (
    MAX_FINDINGS,
    Claim,
    LostClaim,
    beating,
    claim,
    counted,
    forget_findings,
    forget_pieces,
    keep_findings,
)
from cases.logs.looking import problem_with, what_was_found
from cases.logs.models import LogImport, LogPiece
from cases.logs.numbering import Numbers
from cases.logs.pace import quicken
from cases.logs.plan import plan_from_json
from cases.logs.preparing import Preparer
from cases.logs.proposal import Proposal
from cases.logs.rows import Finding, UnreadableLog
from cases.logs.storing import Writer
from cases.logs.survey import Survey, surveyed
from cases.logs.telling import hold_organization_of, imported, stopped, tell
from cases.logs.templating import fitting_template, proposal_for
from cases.logs.tracing import Tracer, actor_of
from templates_app.catalogue import TemplateView
from tenants.configuration import configuration
from tenants.scope import scoped_to

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
STALLED_SENTENCE = (
    "Nothing of it was read or brought in for an hour, though a worker was on it. What is in stays in; go on to try "
    "again."
)
Progress = Callable[[LogImport], None]


def work_on(organization_id: UUID, import_id: UUID) -> bool:
    """Do what an import wants next; return whether there was something to do."""
    held = claim(organization_id, import_id)
    if held is None:
        return False
    carry_on(held)
    return True


def carry_on(held: Claim) -> None:
    """Do what a claimed import wants next, or give it up where nothing can be done."""
    if hopeless := _hopeless(held.log):
        _fail(held, hopeless)
        return
    with beating(held, partial(give_up_stalled, held)):
        try:
            with _file_of(held) as path:
                perform(held, path, _silently)
        except LostClaim:
            logger.info("import.let_go", import_id=str(held.log.id))


def give_up_stalled(held: Claim) -> None:
    """End an import whose worker lives and has got nowhere for too long."""
    _fail(held, STALLED_SENTENCE)


def _fail(held: Claim, why: str) -> None:
    try:
        _give_up(held, why, "failed")
    except LostClaim:
        logger.info("import.let_go", import_id=str(held.log.id))


def _hopeless(log: LogImport) -> str:
    """Why a worker cannot bring it in; empty where it can."""
    if not log.is_stored:
        return "The command that brought it in ended before it was done. Run it again: it goes on behind what is in."
    if log.attempts > MAX_ATTEMPTS:
        return "Its worker ended without a word five times in a row. What is in stays in; go on to try again."
    return ""


def perform(held: Claim, path: Path, on_progress: Progress) -> None:
    """Look at the file, or bring it in. What is wrong with it is told in the import's row."""
    quicken()
    try:
        _must_be_asked(held.log)
        if held.log.wish == "look":
            _look(held, path)
        else:
            _bring_in(held, path, on_progress)
    except (UnreadableLog, Refused) as problem:
        _give_up(held, str(problem), "stopped" if isinstance(problem, AskerMayNot) else "failed")


def _must_be_asked(log: LogImport) -> None:
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        asker(log)


def _give_up(held: Claim, why: str, state: str) -> None:
    log = held.log
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        hold_organization_of(log)
        held.end(state, error=why)
        if log.wish == "import":
            tell(stopped(log, why), by=actor_of(log.organization_id, log.id))


def _silently(_: LogImport) -> None:
    """Tell nobody how far it is: the row does."""


def _look(held: Claim, path: Path) -> None:
    log = held.log
    findings = _Findings()
    plan = plan_from_json(log.plan)
    try:
        with surveyed(path, plan, on_finding=findings.add, on_rows=_telling(held)) as (found, spool):
            with scoped_to(log.organization_id), transaction.atomic(durable=True):
                proposal = proposal_for(log, found)
                shown = what_was_found(found, proposal, spool)
    except UnreadableLog as problem:
        shown, plan = problem_with(path, plan, str(problem))
        _end_look(held, shown, findings, plan.to_json())
        return
    _end_look(held, shown, findings, found.plan.to_json(), steps=found.events)


def _end_look(
    held: Claim, shown: dict[str, Any], findings: "_Findings", plan: dict[str, Any], steps: int = 0
) -> None:
    with scoped_to(held.log.organization_id), transaction.atomic(durable=True):
        forget_findings(held.log)
        keep_findings(held.log, findings.first)
        held.end(
            "ready", found=shown, plan=plan, steps=steps, steps_done=0, refused=findings.count, left_out=0,
            rows_read=steps + findings.count,
        )  # fmt: skip


def _bring_in(held: Claim, path: Path, on_progress: Progress) -> None:
    log = held.log
    findings = _Findings()
    with surveyed(path, plan_from_json(log.plan), on_finding=findings.add, on_rows=_telling(held)) as (
        found,
        spool,
    ):
        view, proposal = _prepare(held, found, findings)
        writer = _writer(log, view, proposal, found)
        steps = islice(spool.by_case(), log.steps_done, None)
        with foreseeing(batches(steps), writer.foresee) as foresight:
            for foreseen in foresight:
                _store(held, writer, foreseen)
                on_progress(held.log)
    _end(held)


def _prepare(held: Claim, found: Survey, findings: "_Findings") -> tuple[TemplateView, Proposal]:
    """The template that fits, and the row as an import begins; one that goes on keeps its counts."""
    log = held.log
    view, proposal = fitting_template(log, found)
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        changes = {"template_id": view.id, "steps": found.events, "plan": found.plan.to_json()}
        if log.steps_done == 0:
            forget_findings(log)
            keep_findings(log, findings.first)
            changes |= {"refused": findings.count, "left_out": 0, "rows_read": found.events + findings.count}
        held.keep(**changes)
    for name, value in changes.items():
        setattr(log, name, value)
    return view, proposal


def _writer(log: LogImport, view: TemplateView, proposal: Proposal, found: Survey) -> Writer:
    by = actor_of(log.organization_id, log.id)
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        by, zone = configuration(by)
        where = place(by, zone)
    converter = Converter(dict(proposal.fields), found.moments, where)
    tracer = Tracer(by, view, dict(proposal.stages), converter)
    return Writer(Preparer(tracer, where), Numbers(by, view, ZoneInfo(zone)))


def _store(held: Claim, writer: Writer, foreseen: Foreseen) -> None:
    """One batch in one short transaction, with the count of how far the import is."""
    log = held.log
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        asker(log)  # who lost the permission since the last batch brings in no other
        stored = writer.store(foreseen)
        room = max(0, MAX_FINDINGS - log.refused - log.left_out)
        keep_findings(log, stored.findings, room=room)
        counts = {
            "steps_done": log.steps_done + sum(len(stretch.steps) for stretch in foreseen.batch),
            "cases_made": log.cases_made + stored.made,
            "events_made": log.events_made + stored.recorded,
            "events_known": log.events_known + stored.known,
            **counted(log, stored.findings),
        }
        held.keep(attempts=0, **counts)
    for name, value in counts.items():
        setattr(log, name, value)


def _end(held: Claim) -> None:
    """The import is in: the file is let go, and the organization's timeline tells of it."""
    log = held.log
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        hold_organization_of(log)
        held.end("done", finished_at=now())
        forget_pieces(log)
        LogImport.objects.filter(id=log.id).update(is_stored=False)
        tell(imported(log), by=named_asker(log))


@contextmanager
def _file_of(held: Claim) -> Iterator[Path]:
    """The stored pieces of an import as a file, for as long as the block lasts."""
    log = held.log
    with tempfile.TemporaryDirectory(prefix="casefy-upload-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as out:
            number = 0
            while piece := _piece(log, number):
                out.write(piece)
                number += 1
        yield path


def _piece(log: LogImport, number: int) -> bytes:
    with scoped_to(log.organization_id), transaction.atomic(durable=True):
        row = LogPiece.objects.filter(log_id=log.id, number=number).values_list("content", flat=True).first()
    return bytes(row) if row else b""


def _telling(held: Claim) -> Callable[[int], None]:
    return lambda rows: held.tell(rows_read=rows)


class _Findings:
    """Counts all findings of a reading and keeps the first twenty thousand."""

    def __init__(self) -> None:
        self.first: list[Finding] = []
        self.count = 0

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.first) < MAX_FINDINGS:
            self.first.append(finding)
