"""The fact of an import that nothing else records: a row that leaves the case in its stage."""

from collections.abc import Iterable
from typing import Any

from casefy.announce import EVERY_CASE
from cases.replay import Replayed, fill_from_log, fold
from timeline.queries import Told
from timeline.registry import Fact, fact


@fact(
    "case.step_imported",
    sentence="logged {stage_name} once more",
    tone="neutral",
    icon="repeat",
)
class CaseStepImported(Fact):
    """The log names the stage that the case is in already: again, or with another life-cycle mark."""

    stage: str
    stage_name: str
    source: dict[str, Any]

    def personal_paths(self) -> frozenset[tuple[str, ...]]:
        """Return where the personal fields stand among the row's changes."""
        return frozenset(("source", "changes", key) for key in self.source.get("personal", ()))

    def fields_changed(self) -> Iterable[str]:
        """Return the keys of the fields that the row changed."""
        return self.source.get("changes") or ()


class OfLog(Fact):
    """What happens to a log stands in the organization's stream, but it is about cases."""

    def heard_by(self, usual: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG002  whoever the stream is open to
        """Return those who may see every case."""
        return (EVERY_CASE,)


@fact("organization.log_uploaded", sentence="uploaded {file} for an import", tone="neutral", icon="upload")
class LogUploaded(OfLog):
    """Somebody brought a file in: its name, its size in bytes, and its SHA-256 in hexadecimal."""

    log_import: str
    file: str
    size: int
    sha256: str
    template: str


@fact("organization.log_planned", sentence="said how {file} is meant", tone="edit", icon="table-properties")
class LogPlanned(OfLog):
    """Somebody said how a file is meant: which column plays which role, and which kind of field a column becomes."""

    log_import: str
    file: str
    sha256: str
    template: str
    columns: dict[str, str]
    kinds: dict[str, str]
    zone: str


@fact(
    "organization.log_import_started",
    sentence="started the import of {file} into {template}",
    tone="neutral",
    icon="play",
)
class LogImportStarted(OfLog):
    """Somebody had a file brought in: all of its `rows` (0: not counted yet), or those behind the first `done`."""

    log_import: str
    file: str
    size: int
    sha256: str
    template: str
    rows: int
    done: int


@fact(
    "organization.log_import_stopped",
    sentence="stopped the import of {file} after {done} of {rows} rows",
    tone="warn",
    icon="circle-stop",
    personal=("why",),
)
class LogImportStopped(OfLog):
    """An import ended before its file did: a person stopped it, or `why` says what or who was in the way."""

    log_import: str
    file: str
    sha256: str
    template: str
    rows: int
    done: int
    cases: int
    events: int
    why: str


@fact(
    "organization.log_discarded",
    sentence="took {file} off the list of imports",
    tone="neutral",
    icon="trash-2",
)
class LogDiscarded(OfLog):
    """Somebody removed an import from the list, with its file; what it brought in stays."""

    log_import: str
    file: str
    sha256: str
    template: str
    cases: int
    events: int


@fact(
    "organization.log_forgotten",
    sentence="keeps {file} no longer: nobody went on with its import",
    tone="neutral",
    icon="hourglass",
)
class LogForgotten(OfLog):
    """A file that was handed in and not brought in, or not to its end, was let go when its time was over."""

    log_import: str
    file: str
    sha256: str
    template: str
    rows: int
    done: int


@fact(
    "organization.log_imported",
    sentence="imported {file} into {template}: {cases} cases, {events} events",
    tone="good",
    icon="file-up",
)
class LogImported(OfLog):
    """An event log came in: how many cases were opened, events recorded, known before, and lines refused."""

    log_import: str
    file: str
    size: int
    sha256: str
    template: str
    rows: int
    cases: int
    events: int
    known: int
    refused: int


@fold("case.step_imported")
def _step(state: Replayed, event: Told) -> None:
    fill_from_log(state.data, event.fact["source"])
