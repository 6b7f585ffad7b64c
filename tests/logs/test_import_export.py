"""A log comes in as cases with a history, and goes out row for row."""

import csv
import gzip

import pytest

from tests.logs.importing import bring_in, cases_of, history, replays_like_its_row, rows, written
from tests.logs.reading import SAMPLE, survey_of

pytestmark = pytest.mark.usefixtures("committed")


def original() -> list[tuple[str, str, str]]:
    with gzip.open(SAMPLE, "rt", newline="") as file:
        return [(row["case_id"], row["activity"], row["timestamp"]) for row in csv.DictReader(file)]


def test_the_sample_incidents_come_in_and_go_out_row_for_row(committed_cast, tmp_path):
    done = bring_in(committed_cast, SAMPLE)
    assert (done.template, done.cases, done.events, done.refused) == ("incidents", 2_000, 8_084, 0)
    assert rows(written(committed_cast, "incidents", tmp_path)) == original()
    _, steps, _ = survey_of(written(committed_cast, "incidents", tmp_path, "xes"))
    assert [(s.case, s.activity, s.at.isoformat()) for s in steps] == original()
