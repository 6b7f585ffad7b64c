"""`casefy import-log FILE --organization SLUG --template NAME`: bring an event log in from the command line."""

import gc
import hashlib
import sys
import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from casefy.errors import Refused
from cases.actions.importing import begin_import
from cases.logs.keeping import LostClaim, beating
from cases.logs.models import LogFinding, LogImport
from cases.logs.plan import ROLES, Plan
from cases.logs.proposal import SKIP
from cases.logs.rows import Finding, UnreadableLog
from cases.logs.running import give_up_stalled, perform
from cases.logs.survey import Survey, surveyed
from templates_app.models import Template
from tenants.actor import Actor, system_actor
from tenants.entering import organization_named
from tenants.scope import reading, scoped_to

SHOWN_FINDINGS = 20


class Command(BaseCommand):
    """Reads CSV and XES, plain or gzipped. Run again after a kill, it goes on; run twice, it doubles nothing."""

    # They would load every page and the whole API first: half a second.
    requires_system_checks = ()
    help = "Import an event log (CSV or XES, plain or gzipped): cases, their history and, where needed, the template."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument(
            "--template", required=True, metavar="NAME", help="found by name, made where there is none"
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="case=COLUMN", help=f"one of {', '.join(ROLES)}"
        )
        parser.add_argument(
            "--kind", action="append", default=[], metavar="COLUMN=KIND", help=f"or COLUMN={SKIP}"
        )
        parser.add_argument("--timezone", default="UTC", metavar="ZONE", help="of times that name no offset")
        parser.add_argument(
            "--day-first", choices=["yes", "no"], help="how 01/02/2016 is meant; guessed where not said"
        )
        parser.add_argument("--dry-run", action="store_true", help="look at the file and change nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        """Look, or import, and end with the counts."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        gc.freeze()  # what is loaded by now stays: without it, a fifth of the time went into looking it over
        try:
            by = _actor(options["organization"])
            if options["dry_run"]:
                self._look(path, _plan(options))
            else:
                self._bring_in(path, by, options["template"], _plan(options))
        except (UnreadableLog, Refused) as problem:
            raise CommandError(str(problem)) from None

    def _look(self, path: Path, plan: Plan) -> None:
        findings: list[Finding] = []
        with surveyed(path, plan, on_finding=findings.append, on_rows=_silently) as (found, _):
            self._describe(found)
            for finding in findings[:SHOWN_FINDINGS]:
                self._say(finding.line, finding.column, finding.sentence)
            self._counts("(nothing was changed)", found.cases, found.events, 0, found.refused, 0)

    def _bring_in(self, path: Path, by: Actor, template: str, plan: Plan) -> None:
        digest, size = _digest(path)
        held = begin_import(
            by=by, file_name=path.name, template_name=template, digest=digest, size=size, plan=plan
        )
        with beating(held, partial(give_up_stalled, held)):
            try:
                perform(held, path, _Meter(self) if sys.stderr.isatty() else _silently)
            except LostClaim:
                raise CommandError("The import was stopped, or is going on elsewhere.") from None
        with scoped_to(by.organization_id), reading():
            log = LogImport.objects.select_related("template").get(id=held.log.id)
            shown = list(LogFinding.objects.filter(log_id=log.id).order_by("line")[:SHOWN_FINDINGS])
            template_key = Template.objects.get(id=log.template_id).key if log.template_id else "-"
        if log.state != "done":
            raise CommandError(log.error or "The import was stopped.")
        for finding in shown:
            self._say(finding.line, finding.column, finding.sentence)
        self._counts(
            template_key, log.cases_made, log.events_made, log.events_known, log.refused, log.left_out
        )

    def _say(self, line: int, column: str, sentence: str) -> None:
        self.stderr.write(f"line {line}{f', {column}' if column else ''}: {sentence}")

    def _describe(self, found: Survey) -> None:
        for role in ROLES:
            self.stdout.write(f"{role}: {getattr(found.plan, role) or '-'}")
        for stage in found.stages:
            self.stdout.write(f"stage: {stage.activity} ({stage.category}, {stage.steps} events)")
        for name, profile in found.columns.items():
            self.stdout.write(f"field: {name} ({(found.plan.kinds or {}).get(name) or profile.kind()})")

    def _counts(self, key: str, cases: int, events: int, known: int, refused: int, left_out: int) -> None:
        if known:
            self.stdout.write(f"already known: {known} events")
        if left_out:
            self.stdout.write(f"left out: {left_out} values that do not fit their field")
        for name, value in (
            ("template", key),
            ("cases", cases),
            ("events", events),
            ("refused lines", refused),
        ):
            self.stdout.write(f"{name}: {value}")


def _silently(_: object) -> None:
    """Tell nobody."""


class _Meter:
    """A line on the terminal that says how far the import is."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._next = 0.0

    def __call__(self, log: LogImport) -> None:
        if time.monotonic() >= self._next or log.steps_done == log.steps:
            self._next = time.monotonic() + 0.5
            end = "\n" if log.steps_done == log.steps else ""
            self._command.stderr.write(
                f"\r{log.percent:3} %  {log.steps_done:,} of {log.steps:,} events", ending=end
            )
            self._command.stderr.flush()


def _plan(options: dict[str, Any]) -> Plan:
    roles = dict(word.partition("=")[::2] for word in options["map"])
    if unknown := set(roles) - set(ROLES):
        raise CommandError(f"--map knows {', '.join(ROLES)}, not {', '.join(sorted(unknown))}.")
    kinds = dict(word.rpartition("=")[::2] for word in options["kind"])
    is_day_first = {"yes": True, "no": False, None: None}[options["day_first"]]
    return Plan(**roles, zone=options["timezone"], is_day_first=is_day_first, kinds=kinds)


def _actor(slug: str) -> Actor:
    with transaction.atomic():
        organization_id = organization_named(slug)
    if organization_id is None:
        raise CommandError(f"There is no organization “{slug}”.")
    return system_actor(organization_id, "Command line")


def _digest(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest(), path.stat().st_size
