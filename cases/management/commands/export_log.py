"""`casefy export-log --organization SLUG --template KEY --format csv|xes --output FILE`."""

import gzip
import io
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from casefy.errors import Refused
from cases.actions.exporting import export_log
from tenants.actor import system_actor
from tenants.entering import organization_named


class Command(BaseCommand):
    """Streams: memory does not grow with the history."""

    requires_system_checks = ()  # as `import_log`
    help = "Write the history of a template as an event log; a name that ends in .gz is packed, - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--template", required=True, metavar="KEY")
        parser.add_argument("--format", required=True, choices=["csv", "xes"])
        parser.add_argument("--output", required=True, metavar="FILE")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write the file beside its place first, so that a failed export leaves no half file."""
        with transaction.atomic():
            organization_id = organization_named(options["organization"])
        if organization_id is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        by = system_actor(organization_id, "Command line")
        try:
            with _writing(options["output"]) as out:
                rows = export_log(by=by, template=options["template"], format=options["format"], out=out)
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stderr.write(f"rows: {rows}")


@contextmanager
def _writing(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
        return
    path = Path(name)
    draft = path.with_name(f"{path.name}.part")
    try:
        if path.suffix == ".gz":
            with gzip.open(draft, "wt", encoding="utf-8", newline="") as packed:
                yield cast(TextIO, packed)
        else:
            with draft.open("w", encoding="utf-8", newline="") as plain:
                yield plain
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
