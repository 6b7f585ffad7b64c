"""The fact of an import that nothing else records: a row that leaves the case in its stage."""

from typing import Any

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


@fact(
    "organization.log_imported",
    sentence="imported {file} into {template}: {cases} cases, {events} events",
    tone="good",
    icon="file-up",
)
class LogImported(Fact):
    """An event log came in: how many cases were opened, events recorded, known before, and lines refused."""

    file: str
    template: str
    cases: int
    events: int
    known: int
    refused: int


@fold("case.step_imported")
def _step(state: Replayed, event: Told) -> None:
    fill_from_log(state.data, event.fact["source"])
