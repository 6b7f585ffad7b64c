"""Columns, kinds and stages: what a file seems to mean."""

from time import thread_time

import pytest

from cases.logs.plan import Plan, guess_plan, plan_from_json
from cases.logs.rows import RawRow, UnreadableLog
from tests.logs.reading import SAMPLE, a_file, survey_of


def rows(heading: str, *lines: str) -> list[RawRow]:
    names = heading.split(",")
    return [RawRow(n, dict(zip(names, line.split(","), strict=True))) for n, line in enumerate(lines, 2)]


@pytest.mark.parametrize(
    ("heading", "roles"),
    [
        ("case_id,activity,timestamp,resource,lifecycle",
         ("case_id", "activity", "timestamp", "resource", "lifecycle")),
        ("case:concept:name,concept:name,time:timestamp,org:resource,lifecycle:transition",
         ("case:concept:name", "concept:name", "time:timestamp", "org:resource", "lifecycle:transition")),
        ("Case ID,Activity,Complete Timestamp,Resource,Variant",
         ("Case ID", "Activity", "Complete Timestamp", "Resource", "")),
        ("ticket,status,date,user,priority", ("ticket", "status", "date", "user", "")),
    ],
)  # fmt: skip
def test_usual_headings_are_understood(heading, roles):
    plan = guess_plan(rows(heading, "1,a,2020-01-01,x,y"), heading.split(","))
    assert (plan.case, plan.activity, plan.timestamp, plan.resource, plan.lifecycle) == roles


def test_unusual_headings_are_understood_by_what_stands_below_them():
    lines = [f"k{n // 2},w{n % 3},2020-01-{n + 10}T0{n}:00:00,{n}" for n in range(9)]
    heading = "Vorgang,Schritt,Wann,lfd"
    plan = guess_plan(rows(heading, *lines), heading.split(","))
    assert (plan.case, plan.activity, plan.timestamp) == ("Vorgang", "Schritt", "Wann")


def test_a_plan_survives_the_database():
    plan = Plan("a", "b", "c", "d", "", "Europe/Vienna", False, {"x": "skip"})
    assert plan_from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (Plan(case="nope"), "no column called “nope”"),
        (Plan(resource="nope"), "no column called “nope”"),
        (Plan(case="activity", activity="activity"), "two roles"),
        (Plan(activity="timestamp", timestamp="timestamp"), "two roles"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(tmp_path, plan, says):
    path = a_file(tmp_path, "case,activity,timestamp,user\n1,a,2020-01-01,u\n")
    with pytest.raises(UnreadableLog, match=says):
        survey_of(path, plan)


def test_a_file_that_nobody_understands_asks_for_the_missing_column(tmp_path):
    with pytest.raises(
        UnreadableLog, match="which column holds the timestamp; the columns are: bar, baz, foo"
    ):
        survey_of(a_file(tmp_path, "foo,bar,baz\nx,y,z\nx,y,zz\n"))


KINDS = {
    "whole": (["1", "-20", "0"], "integer"),
    "code": (["007", "12", "13"], "text"),
    "amount": (["1.50", "2", "-3.25"], "decimal"),
    "flag": (["true", "False", "TRUE"], "yes_no"),
    "day": (["2020-01-01", "2020-02-29", "2021-01-01"], "date"),
    "moment": (["2020-01-01 10:00", "2020-01-01T10:00:00Z", "2020-01-02 11:00"], "datetime"),
    "mixed": (["1", "two", "3"], "text"),
    "mail": (["a@example.com", "b@example.org", "c@example.com"], "email"),
    "link": (["https://example.com/a", "http://b.example", "https://c.example"], "url"),
    "essay": (["x" * 300, "y", "z"], "long_text"),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_column_is_the_narrowest_that_every_value_fits(tmp_path, name):
    values, kind = KINDS[name]
    text = "case,activity,timestamp,extra\n" + "".join(
        f"{n},a,2020-01-01,{v}\n" for n, v in enumerate(values)
    )
    found, _, _ = survey_of(a_file(tmp_path, text))
    assert found.columns["extra"].kind() == kind


@pytest.mark.parametrize(
    "value",
    [
        "http://" + "a" * 60_000 + " b",
        "a@" + "a." * 30_000 + " ",
        "1:11 " * 12_000 + "\n",
        " " * 60_000 + "1",
    ],
)
def test_a_cell_of_any_length_is_understood_in_no_time(tmp_path, value):
    rows = "".join(f'{n % 2},a,2020-01-01,"{value}{n}"\n' for n in range(3))
    began = thread_time()
    found, _, findings = survey_of(a_file(tmp_path, f"x,activity,timestamp,extra\n{rows}"))
    assert thread_time() - began < 2
    assert (found.events, findings) == (3, [])


def test_an_xes_file_has_no_more_columns_than_can_be_read(tmp_path):
    extras = "".join(f'<string key="k{n}" value="v"/>' for n in range(1_001))
    name = '<string key="concept:name" value="A"/>'
    event = f'<event>{name}<date key="time:timestamp" value="2020-01-01T00:00:00Z"/>{extras}</event>'
    with pytest.raises(UnreadableLog, match="more than 1,000 columns"):
        survey_of(a_file(tmp_path, f"<log><trace>{name}{event}</trace></log>"))


def test_few_words_that_repeat_are_a_choice_and_many_are_text(tmp_path):
    text = "case,activity,timestamp,extra,other\n" + "".join(
        f"{n},a,2020-01-01,w{n % 5},o{n % 60}\n" for n in range(300)
    )
    found, _, _ = survey_of(a_file(tmp_path, text))
    assert found.columns["extra"].kind() == "choice"
    assert list(found.columns["extra"].distinct) == ["w0", "w1", "w2", "w3", "w4"]
    assert found.columns["other"].kind() == "text"


def test_a_value_that_does_not_fit_on_the_last_line_widens_the_kind(tmp_path):
    text = (
        "case,activity,timestamp,extra\n"
        + "".join(f"{n},a,2020-01-01,{n}\n" for n in range(5_000))
        + "x,a,2020-01-01,x\n"
    )
    found, _, _ = survey_of(a_file(tmp_path, text))
    assert found.columns["extra"].kind() == "text"


def stages_of(tmp_path, *cases: str):
    lines = [
        f"{n},{name},2020-01-01T{at:02}:00:00"
        for n, case in enumerate(cases)
        for at, name in enumerate(case.split(">"))
    ]
    found, _, _ = survey_of(a_file(tmp_path, "case,activity,timestamp\n" + "\n".join(lines) + "\n"))
    return found.stages


def test_stages_stand_in_their_usual_order_and_the_usual_way_is_the_path(tmp_path):
    stages = stages_of(
        tmp_path,
        *["New>Work>Done"] * 5,
        *["New>Waiting for customer>Work>Done"] * 3,
        "New>Work>Rework>Work>Done",
    )
    assert [s.activity for s in stages] == ["New", "Waiting for customer", "Work", "Rework", "Done"] or [
        s.activity for s in stages
    ] == ["New", "Waiting for customer", "Rework", "Work", "Done"]
    assert [s.activity for s in stages if s.on_path] == ["New", "Work", "Done"]
    assert {s.activity: s.category for s in stages} == {
        "New": "open", "Waiting for customer": "waiting", "Work": "open", "Rework": "open", "Done": "done",
    }  # fmt: skip


def test_where_every_case_goes_its_own_way_the_path_is_what_most_of_them_touch(tmp_path):
    cases = [f"Start>x{n}>Middle>y{n}>End" for n in range(20)]
    assert [s.activity for s in stages_of(tmp_path, *cases) if s.on_path] == ["Start", "Middle", "End"]


def test_a_log_of_a_single_activity_has_one_stage_that_is_not_waiting(tmp_path):
    stages = stages_of(tmp_path, "Ping>Ping>Ping", "Ping")
    assert [(s.activity, s.on_path, s.steps) for s in stages] == [("Ping", True, 4)]


def test_activities_that_differ_only_in_case_stay_apart(tmp_path):
    assert [s.activity for s in stages_of(tmp_path, "close>Close>CLOSE")] == ["close", "Close", "CLOSE"]


def test_a_column_with_hundreds_of_words_is_hardly_the_activity(tmp_path):
    text = "case,activity,timestamp\n" + "".join(f"1,a{n},2020-01-01\n" for n in range(400))
    with pytest.raises(UnreadableLog, match="hardly the activity"):
        survey_of(a_file(tmp_path, text))


def test_the_sample_incidents_are_understood_as_they_should_be():
    found, steps, findings = survey_of(SAMPLE)
    assert (found.cases, found.events, found.refused, findings) == (2_000, 8_084, 0, [])
    assert [(s.activity, s.category, s.on_path) for s in found.stages] == [
        ("New", "open", True), ("Active", "open", True), ("Awaiting Problem", "waiting", False),
        ("Awaiting User Info", "waiting", False), ("Awaiting Vendor", "waiting", False),
        ("Resolved", "open", True), ("Closed", "done", True),
    ]  # fmt: skip
    assert found.columns["event_priority"].kind() == "choice"
    assert found.columns["case_opened_at"].kind() == "datetime"
    assert "lifecycle" not in found.columns
    assert [step.number for step in steps] == list(range(1, 8_085))


def test_an_everyday_sheet_is_understood_by_its_names_and_its_values(tmp_path):
    heading = {"names": "order;status;changed;by;amount;note", "values": "nr;what;moment;whom;sum;note"}
    lines = [
        f"O{n // 4};{'abcd'[n % 4]};{1 + n % 28}/3/2026 1{n % 10}:05;ana;{n * 3.5:.2f};x" for n in range(400)
    ]
    for names in heading.values():
        plan = survey_of(a_file(tmp_path, "\n".join([names, *lines, ";a;1/3/2026;ana;1;x"])))[0].plan
        columns = names.split(";")
        assert (plan.case, plan.timestamp) == (columns[0], columns[2])
    assert survey_of(a_file(tmp_path, "\n".join([heading["names"], *lines])))[0].plan.resource == "by"


def test_of_a_day_and_a_clock_in_two_columns_the_clock_alone_is_no_time():
    found = rows("case,activity,date,time", "1,a,2020-01-01,10:00", "1,b,2020-01-02,11:30")
    assert guess_plan(found, ["case", "activity", "date", "time"]).timestamp == "date"


def test_numbers_that_a_spreadsheet_may_mean_as_days_are_a_time_by_the_name_of_their_column_alone():
    lines = [f"k{n // 2},w{n % 3},{45_000 + n}" for n in range(9)]
    assert guess_plan(rows("case,activity,timestamp", *lines), ["case", "activity", "timestamp"]).timestamp
    assert not guess_plan(rows("k,w,n", *lines), ["k", "w", "n"]).timestamp


def test_a_file_of_which_no_row_can_be_read_says_why(tmp_path):
    text = "case,activity,timestamp\n1,a,soon\n2,a,later\n"
    with pytest.raises(
        UnreadableLog, match=r"None of the 2 rows .* line 2, timestamp: “soon” is not a date and time"
    ):
        survey_of(a_file(tmp_path, text))
