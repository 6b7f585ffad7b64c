"""What the tests of whole imports share: running the command, reading what came of it."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command

from cases.models import Case
from cases.replay import differences
from templates_app.models import Template
from tenants.scope import reading, scoped_to
from timeline.queries import Told, whole


@dataclass
class Imported:
    """What the command said at its end."""

    template: str
    cases: int
    events: int
    refused: int
    out: str
    err: str


def bring_in(cast, path: Path, name: str = "Incidents", *options: str) -> Imported:
    out, err = io.StringIO(), io.StringIO()
    slug = cast.organization.slug
    call_command(
        "import_log",
        str(path),
        f"--organization={slug}",
        f"--template={name}",
        *options,
        stdout=out,
        stderr=err,
    )
    last = out.getvalue().splitlines()[-4:]
    said = dict(line.split(": ") for line in last)
    counts = (int(said["cases"]), int(said["events"]), int(said["refused lines"]))
    return Imported(said["template"], *counts, out.getvalue(), err.getvalue())


def written(cast, template: str, folder: Path, kind: str = "csv") -> Path:
    path = folder / f"out.{kind}"
    slug = cast.organization.slug
    call_command(
        "export_log",
        f"--organization={slug}",
        f"--template={template}",
        f"--format={kind}",
        f"--output={path}",
        stderr=io.StringIO(),
    )
    return path


def rows(path: Path) -> list[tuple[str, str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [(row["case_id"], row["activity"], row["timestamp"]) for row in csv.DictReader(file)]


def cases_of(cast, template: str) -> list[Case]:
    with scoped_to(cast.organization.id), reading():
        found = Template.objects.get(key=template)
        return list(Case.objects.filter(template_id=found.id).defer("document").order_by("external_ref"))


def history(case: Case) -> list[Told]:
    with scoped_to(case.organization_id), reading():
        return whole(case.id)


def replays_like_its_row(case: Case) -> bool:
    with scoped_to(case.organization_id), reading():
        return differences(case) == {}


def text_log(*lines: str, heading: str = "case,activity,timestamp,resource") -> str:
    return "\n".join([heading, *lines]) + "\n"
