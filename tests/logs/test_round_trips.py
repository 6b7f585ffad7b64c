"""Whatever a log holds comes back row for row, in the order of its file: tried with odd logs by the dozen."""

import csv
import gzip
import io
from datetime import UTC, datetime, timedelta, timezone
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.logs.plan import Plan
from cases.logs.rows import Step
from tests.logs.importing import bring_in, written
from tests.logs.reading import survey_of

HEADING = ["case_id", "activity", "timestamp", "resource", "lifecycle"]
ODD = [
    "NA", "null", "None", "nan", "0", "-", "=1+1", "'", '"', ";", ",", "a,b", "a\nb", "a\r\nb", " padded ", "é", "🚀",
    "ß", "SS", "\x85", "a\u2028b", "\t", "\x1f",
]  # fmt: skip
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
names = st.one_of(st.sampled_from(ODD), st.text(characters, max_size=8))
filled = names.filter(lambda text: bool(text.strip()))
few = st.lists(filled, min_size=1, max_size=5, unique=True)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
instants = st.integers(1_000_000_000_000_000, 4_000_000_000_000_000).map(
    lambda at: EPOCH + timedelta(microseconds=at)
)
instants = st.builds(datetime.astimezone, instants, zones)
FORMS = [
    lambda at: at.isoformat(),
    lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    lambda at: at.replace(tzinfo=None).isoformat(sep=" "),
    lambda at: str(int(at.timestamp())),
    lambda at: at.strftime("%d/%m/%Y %H:%M"),
]
ROLES = ("case", "activity", "timestamp", "resource", "lifecycle")
PLAN = Plan(*HEADING, is_day_first=True)
turn = count()


@st.composite
def logs(draw) -> list[tuple[str, ...]]:
    """Rows of few cases and activities, some at the same instant, with gaps."""
    cases, activities = draw(few), draw(few)
    times = [draw(st.sampled_from(FORMS))(at) for at in draw(st.lists(instants, min_size=1, max_size=4))]
    row = st.tuples(
        st.sampled_from(cases),
        st.sampled_from(activities),
        st.sampled_from(times),
        st.one_of(st.just(""), names),
        st.sampled_from(["", "start", "complete"]),
    )
    return draw(st.lists(row, min_size=1, max_size=25))


def packed(rows: list[tuple[str, ...]], delimiter: str, encoding: str, *, is_zipped: bool) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEADING, *rows])
    content = out.getvalue().encode(encoding)
    return gzip.compress(content) if is_zipped else content


@given(
    rows=logs(),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    is_zipped=st.booleans(),
)
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_odd_logs_come_back_to_the_letter(committed_cast, tmp_path, rows, delimiter, encoding, is_zipped):
    path = tmp_path / "log"
    path.write_bytes(packed(rows, delimiter, encoding, is_zipped=is_zipped))
    name = f"Log {next(turn)}"
    done = bring_in(committed_cast, path, name, "--day-first=yes", *mapped())
    assert (done.events, done.refused) == (len(rows), 0), done.err
    assert done.cases == len({row[0] for row in rows})
    with written(committed_cast, done.template, tmp_path).open(newline="", encoding="utf-8") as file:
        back = [tuple(row[column] for column in HEADING) for row in csv.DictReader(file)]
    assert back == rows
    again = bring_in(committed_cast, path, name, "--day-first=yes", *mapped())
    assert (again.cases, again.events) == (0, 0), "the same file twice doubles nothing"
    _, steps, _ = survey_of(written(committed_cast, done.template, tmp_path, "xes"))
    assert sorted(key(step) for step in steps) == sorted(key(step) for step in survey_of(path, PLAN)[1])


def mapped() -> list[str]:
    return [f"--map={role}={column}" for role, column in zip(ROLES, HEADING, strict=True)]


def key(step: Step):
    return step.at, step.lifecycle
