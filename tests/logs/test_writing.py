"""What is written can be read again: round trips through CSV and XES."""

import io
import tempfile
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.logs.csv_writer import ValueColumn, write_csv
from cases.logs.rows import Step
from cases.logs.xes_writer import write_xes
from tests.logs.reading import SAMPLE, a_file, survey_of

EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
MOMENTS = st.datetimes(min_value=EARLIEST, max_value=LATEST, timezones=st.just(UTC))
COLUMNS = [ValueColumn("note", "Note"), ValueColumn("cost", "Cost", "integer")]
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=20
).filter(str.strip)
XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\n\r\t"),
    min_size=1, max_size=20,
).filter(str.strip)  # fmt: skip


def logs(text):
    row = st.tuples(
        st.sampled_from(["NA", "1", "c,2", '"q"', "é;"]), text, MOMENTS, st.one_of(st.just(""), text), text
    )
    return st.lists(row, min_size=1, max_size=15).map(_as_log)


def _as_log(rows) -> list[Step]:
    """Steps as they come from a spool: case by case, by time."""
    cases = list(dict.fromkeys(row[0] for row in rows))
    ordered = sorted(enumerate(rows), key=lambda item: (cases.index(item[1][0]), item[1][2], item[0]))
    return [
        Step(number, 0, case, activity, at, "", resource, "complete", {"note": note, "cost": str(number)})
        for number, (_, (case, activity, at, resource, note)) in enumerate(ordered, 1)
    ]


def told(step: Step, note: str = "note", cost: str = "cost"):
    return (
        step.case,
        step.activity,
        step.at,
        step.resource,
        step.lifecycle,
        step.values[note],
        step.values[cost],
    )


def written_and_read(write) -> list[Step]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with path.open("w", encoding="utf-8", newline="") as out:
            write(out)
        _, steps, findings = survey_of(path)
    assert findings == []
    return steps


@settings(deadline=None, max_examples=60)
@given(logs(TEXT))
def test_a_log_comes_back_from_csv(steps):
    back = written_and_read(lambda out: write_csv(steps, COLUMNS, out))
    assert [told(step, "Note", "Cost") for step in back] == [told(step) for step in steps]


@settings(deadline=None, max_examples=60)
@given(logs(XML_TEXT))
def test_a_log_comes_back_from_xes(steps):
    back = written_and_read(lambda out: write_xes(steps, COLUMNS, out, name="A <log>"))
    assert [told(step) for step in back] == [told(step) for step in steps]


def test_the_sample_incidents_come_back_from_both_formats_cell_by_cell(tmp_path):
    found, steps, _ = survey_of(SAMPLE)
    columns = [ValueColumn(name, name, profile.kind()) for name, profile in found.columns.items()]
    as_csv, as_xes = io.StringIO(newline=""), io.StringIO()
    assert write_csv(steps, columns, as_csv) == write_xes(steps, columns, as_xes, name="incidents") == 8_084
    for text in (as_csv.getvalue(), as_xes.getvalue()):
        _, back, _ = survey_of(a_file(tmp_path, text))
        assert [(s.case, s.activity, s.at, s.resource, s.values) for s in back] == [
            (s.case, s.activity, s.at, s.resource, s.values) for s in steps
        ]


def test_xes_says_its_version_types_its_values_and_groups_by_case():
    steps = [
        Step(
            1,
            2,
            "A",
            "x",
            datetime(2020, 1, 1, tzinfo=UTC),
            "2020-01-01T01:00:00+01:00",
            "ana",
            "start",
            {"cost": "3"},
        ),
        Step(2, 3, "A", "x", datetime(2020, 1, 1, tzinfo=UTC), "1/1/2020", "", "", {}),
        Step(3, 4, "B", "bell \x07", datetime(2020, 1, 1, tzinfo=UTC)),
    ]
    out = io.StringIO()
    write_xes(steps, COLUMNS, out, name="n")
    log = ET.fromstring(out.getvalue())
    space = {"x": "http://www.xes-standard.org/"}
    assert log.attrib["xes.version"] == "2.0"
    assert [len(trace.findall("x:event", space)) for trace in log.findall("x:trace", space)] == [2, 1]
    events = log.findall(".//x:event", space)
    said = [
        {(child.tag.partition("}")[2], child.get("key")): child.get("value") for child in event}
        for event in events
    ]
    assert said[0] == {
        ("string", "concept:name"): "x", ("date", "time:timestamp"): "2020-01-01T01:00:00+01:00",
        ("string", "org:resource"): "ana", ("string", "lifecycle:transition"): "start", ("int", "cost"): "3",
    }  # fmt: skip
    assert said[1][("date", "time:timestamp")] == "2020-01-01T00:00:00+00:00"
    assert said[2][("string", "concept:name")] == "bell \ufffd"
