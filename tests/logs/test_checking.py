"""Wrong lines are reported with line and column, and the rest goes in, in the right order."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefy.env import ROOT
from cases.logs.plan import Plan
from cases.logs.rows import Step
from cases.logs.spool import spool
from tests.logs.reading import a_file, survey_of

HEADING = "case,activity,timestamp,resource,note\n"


def test_every_wrong_line_is_named_with_its_column_and_the_rest_goes_in(tmp_path):
    text = HEADING + (
        "A,Start,2020-01-01,ana,x\n,Start,2020-01-01,ana,x\nA,,2020-01-01,ana,x\nA,Go,yesterday,ana,x\nA,Go,,ana,x\n"
        "A,Go,1600-01-01,ana,x\n"
        + "A" * 201
        + ",Go,2020-01-01,ana,x\nA,Go\x00,2020-01-01,ana,x\nA,End,2020-01-02,,\n"
    )
    found, steps, findings = survey_of(a_file(tmp_path, text))
    assert [(step.line, step.activity, step.resource) for step in steps] == [
        (2, "Start", "ana"),
        (10, "End", ""),
    ]
    assert [(f.line, f.column) for f in findings] == [
        (3, "case"), (4, "activity"), (5, "timestamp"), (6, "timestamp"), (7, "timestamp"), (8, "case"),
        (9, "activity"),
    ]  # fmt: skip
    assert findings[2].sentence == "“yesterday” is not a date and time."
    assert found.refused == 7
    assert all(f.outcome == "refused" for f in findings)


def test_a_time_that_no_zone_could_show_is_wrong(tmp_path):
    lines = "A,Go,9999-12-31T23:30:00Z,ana,x\nA,Go,9998-12-31T23:30:00Z,ana,x\n"
    _, steps, (wrong,) = survey_of(a_file(tmp_path, HEADING + lines))
    assert [step.line for step in steps] == [3]
    assert (wrong.line, wrong.sentence) == (2, "“9999-12-31T23:30:00Z” lies after the year 9998.")


def test_a_case_called_na_is_a_case(tmp_path):
    _, steps, findings = survey_of(
        a_file(tmp_path, HEADING + "NA,null,2020-01-01,None,NaN\nnan,NULL,2020-01-01,,\n")
    )
    assert [(s.case, s.activity, s.resource, dict(s.values)) for s in steps] == [
        ("NA", "null", "None", {"note": "NaN"}), ("nan", "NULL", "", {}),
    ]  # fmt: skip
    assert findings == []


def test_odd_names_are_kept_to_the_letter(tmp_path):
    names = [
        'say "hi"',
        "a/b\\c",
        "🚀 launch",
        "x" * 300,
        " padded ",
        "línea\ndos",
        "<b>&amp;</b>",
        "=1+1",
        "DROP TABLE;--",
    ]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    text = HEADING + "".join(f"A,{name},2020-01-01T00:00:{n:02},,\n" for n, name in enumerate(quoted))
    _, steps, _ = survey_of(a_file(tmp_path, text))
    assert [step.activity for step in steps] == names


def test_rows_of_a_case_may_be_scattered_and_equal_times_keep_the_order_of_the_file(tmp_path):
    text = HEADING + (
        "B,one,2020-01-05,,\nA,late,2020-01-09,,\nB,two,2020-01-05,,\nA,early,2020-01-01,,\nB,zero,2020-01-01,,\nB,three,2020-01-05,,\n"
    )
    _, steps, _ = survey_of(a_file(tmp_path, text))
    assert [(s.case, s.activity) for s in steps] == [
        ("B", "zero"), ("B", "one"), ("B", "two"), ("B", "three"), ("A", "early"), ("A", "late"),
    ]  # fmt: skip


def test_the_written_time_is_kept_only_where_it_is_not_the_canonical_one(tmp_path):
    text = HEADING + "A,x,2020-01-01T00:00:00+00:00,,\nA,y,1/1/2020 01:00,,\n"
    _, steps, _ = survey_of(a_file(tmp_path, text), Plan(zone="Europe/Vienna"))
    assert [(s.time_text, s.at) for s in steps] == [
        ("", datetime(2020, 1, 1, tzinfo=UTC)), ("1/1/2020 01:00", datetime(2020, 1, 1, tzinfo=UTC)),
    ]  # fmt: skip


STEPS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.integers(0, 3), st.text(min_size=1, max_size=5).filter(str.strip)),
    max_size=60,
)


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_the_spool_sorts_like_python_does(drawn):
    start = datetime(2020, 1, 1, tzinfo=UTC)
    steps = [
        Step(n, n + 1, case, name, start + timedelta(microseconds=offset), "", "", "", {"v": name})
        for n, (case, offset, name) in enumerate(drawn, 1)
    ]
    firsts = list(dict.fromkeys(step.case for step in steps))
    with spool() as sorted_steps:
        sorted_steps.fill(iter(steps))
        assert list(sorted_steps.by_case()) == sorted(
            steps, key=lambda s: (firsts.index(s.case), s.at, s.number)
        )
        assert (sorted_steps.cases, sorted_steps.steps) == (len(firsts), len(steps))


KILLED = """
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from cases.logs.rows import Step
from cases.logs.spool import spool
with spool() as steps:
    long = {"v": "x" * 1_000}
    steps.fill(Step(n, n, f"C{n}", "new", datetime(2020, 1, 1, tzinfo=UTC), values=long) for n in range(30_000))
    files = [each.stat() for each in Path("/proc/self/fd").iterdir() if each.exists()]
    assert any(file.st_size > 20_000_000 for file in files)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at its open files in /proc")
def test_a_worker_killed_while_it_sorts_leaves_nothing_on_the_disk(tmp_path):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env={**os.environ, "TMPDIR": str(tmp_path)}, cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
