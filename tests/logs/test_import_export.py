"""A log comes in as cases with a history, and goes out row for row."""

import csv
import gzip
import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError
from django.db import connection

from casefy.errors import Forbidden
from cases.actions.commenting import comment_on_case
from cases.actions.exporting import export_log
from cases.actions.moving import move_case
from cases.actions.opening import open_case
from cases.logs import running
from cases.logs.models import LogFinding, LogImport
from cases.models import Value
from templates_app.catalogue import catalogue
from tenants.actions.members import change_member_role
from tenants.actions.roles import create_role
from tenants.scope import reading, scoped_to
from tests.logs.importing import bring_in, cases_of, history, replays_like_its_row, rows, text_log, written
from tests.logs.reading import SAMPLE, a_file, survey_of
from timeline.chain import verify


def original(path=SAMPLE) -> list[tuple[str, str, str]]:
    with gzip.open(path, "rt", newline="") as file:
        return [(row["case_id"], row["activity"], row["timestamp"]) for row in csv.DictReader(file)]


def definition_of(cast, key):
    with cast.scope, reading():
        return catalogue(cast.organization.id, cast.owner.actor.revision).by_key[key].definition


def test_the_sample_incidents_come_in_and_go_out_row_for_row(committed_cast, tmp_path):
    done = bring_in(committed_cast, SAMPLE)
    assert (done.template, done.cases, done.events, done.refused) == ("incidents", 2_000, 8_084, 0)
    assert done.out.splitlines()[-4:] == [
        "template: incidents",
        "cases: 2000",
        "events: 8084",
        "refused lines: 0",
    ]
    assert rows(written(committed_cast, "incidents", tmp_path)) == original()
    _, steps, _ = survey_of(written(committed_cast, "incidents", tmp_path, "xes"))
    assert [(s.case, s.activity, s.at.isoformat()) for s in steps] == original()

    cases = cases_of(committed_cast, "incidents")
    assert all(case.status == "closed" and case.closed_at == case.changed_at for case in cases)
    definition = definition_of(committed_cast, "incidents")
    assert [stage.name for stage in definition.stages if stage.on_path] == [
        "New",
        "Active",
        "Resolved",
        "Closed",
    ]
    again = sum(comes_again(case) for case in cases)
    assert again == 155
    assert all(replays_like_its_row(case) for case in cases[::97])
    with committed_cast.scope, reading():
        assert verify().broken == ()


def comes_again(case) -> bool:
    return any(
        event.type == "case.step_imported" or event.fact.get("kind") == "return" for event in history(case)
    )


def test_the_same_file_twice_doubles_nothing(committed_cast, tmp_path):
    path = a_file(
        tmp_path, text_log("A,x,2020-01-01,ana", "A,y,2020-01-02,", "A,y,2020-01-02,", "B,x,2020-01-01,bo")
    )
    first, second = bring_in(committed_cast, path), bring_in(committed_cast, path)
    assert (first.cases, first.events) == (2, 4)
    assert (second.cases, second.events, second.refused) == (0, 0, 0)
    assert "already known: 4 events" in second.out
    assert [case.external_ref for case in cases_of(committed_cast, "incidents")] == ["A", "B"]
    assert len(rows(written(committed_cast, "incidents", tmp_path))) == 4


def test_a_longer_file_adds_its_new_rows_and_reopens_what_had_ended(committed_cast, tmp_path):
    lines = ["A,new,2020-01-01,", "A,closed,2020-01-03,", "B,new,2020-01-01,", "B,closed,2020-01-03,"]
    bring_in(committed_cast, a_file(tmp_path, text_log(*lines)))
    more = [*lines, "A,new,2020-01-05,", "A,late,2020-01-02,", "C,new,2020-01-06,"]
    done = bring_in(committed_cast, a_file(tmp_path, text_log(*more)))
    assert (done.cases, done.events, done.refused) == (1, 2, 1)
    assert "line 7" in done.err
    assert "already has events after this time" in done.err
    by_name = {case.external_ref: case for case in cases_of(committed_cast, "incidents")}
    assert (by_name["A"].status, by_name["A"].closed_at) == ("open", None)
    assert [event.type for event in history(by_name["A"])] == [
        "case.opened", "case.moved", "case.closed", "case.reopened", "case.moved",
    ]  # fmt: skip
    assert all(replays_like_its_row(case) for case in by_name.values())


def test_a_case_people_have_worked_on_is_left_to_them(committed_cast, tmp_path):
    lines = ["A,new,2020-01-01,", "B,new,2020-01-01,", "B,closed,2020-01-02,"]
    bring_in(committed_cast, a_file(tmp_path, text_log(*lines)))
    case = cases_of(committed_cast, "incidents")[0]
    comment_on_case(by=committed_cast.owner.actor, case_id=case.id, text="Mine now.")
    done = bring_in(committed_cast, a_file(tmp_path, text_log(*lines, "A,closed,2099-01-01,")))
    assert (done.events, done.refused) == (0, 1)
    assert "was worked on after its import" in done.err


ODD = [
    "NA,say \"hi\",2020-01-01T00:00:00+00:00", "NA,a/b\\c,2020-01-01T00:00:01+00:00",
    "NA,🚀,2020-01-01T00:00:02.5+00:00",
    "NA," + "x" * 300 + ",2020-01-01T00:00:03+01:00", "NA," + "x" * 300 + "y,2020-01-01T01:00:03+01:00",
    "NA,close,2020-01-02T00:00:00Z", "NA,Close,2020-01-02T00:00:00Z", "NA,CLOSE,2020-01-02T00:00:00Z",
    "NA,🚀🚀,2020-01-03 10:00", "nan, padded ,5/6/2020 10:00", "null,<b>&amp;</b>,1577836800", "None,=1+1,20200101",
    "None,=1+1,20200101", "NA,New,2020-02-01", "NA,done?,2020-02-01",
]  # fmt: skip


def test_odd_names_and_times_come_back_to_the_letter(committed_cast, tmp_path):
    path = tmp_path / "odd.csv"
    with path.open("w", newline="") as out:
        csv.writer(out).writerows([["case_id", "activity", "timestamp"], *(line.split(",") for line in ODD)])
    done = bring_in(committed_cast, path, "Odd: “names”", "--timezone=Europe/Vienna", "--day-first=yes")
    assert (done.cases, done.events, done.refused) == (4, len(ODD), 0)
    assert rows(written(committed_cast, done.template, tmp_path)) == [tuple(line.split(",")) for line in ODD]
    _, back, _ = survey_of(written(committed_cast, done.template, tmp_path, "xes"))
    assert {step.activity for step in back} == {line.split(",")[1] for line in ODD}
    cases = cases_of(committed_cast, done.template)
    assert all(replays_like_its_row(case) for case in cases)
    assert len({stage.key for stage in definition_of(committed_cast, done.template).stages}) >= 13


def test_lifecycle_resources_and_repeats_come_back(committed_cast, tmp_path):
    heading = "case_id,activity,timestamp,resource,lifecycle"
    lines = [
        "1,work,2020-01-01T00:00:00+00:00,ana,start", "1,work,2020-01-01T00:00:00+00:00,ana,complete",
        "1,work,2020-01-01T00:00:00+00:00,,start", "1,end,2020-01-02T00:00:00+00:00,bo,complete",
        "1,work,2020-01-02T00:00:00+00:00,bo,complete", "1,end,2020-01-02T00:00:00+00:00,,",
    ]  # fmt: skip
    bring_in(committed_cast, a_file(tmp_path, text_log(*lines, heading=heading)))
    out = written(committed_cast, "incidents", tmp_path).read_text().splitlines()
    assert out == [heading, *lines]
    (case,) = cases_of(committed_cast, "incidents")
    told = history(case)
    assert [(event.type, event.fact.get("kind"), event.actor_label) for event in told] == [
        ("case.opened", None, "ana"), ("case.step_imported", None, "ana"), ("case.step_imported", None, "Import"),
        ("case.moved", "advance", "bo"), ("case.moved", "return", "bo"), ("case.moved", "return", "Import"),
        ("case.closed", None, "Import"),
    ]  # fmt: skip
    assert {event.actor_kind for event in told if event.actor_label != "Import"} == {"participant"}
    assert all(event.is_imported for event in told)
    assert [event.occurred_at for event in told[:2]] == [datetime(2020, 1, 1, tzinfo=UTC)] * 2


def test_nine_hundred_events_in_one_case_and_scattered_rows_keep_the_order_of_the_file(
    committed_cast, tmp_path
):
    long = [f"L,step {n % 7},2020-01-01T{n // 60:02}:{n % 60:02}:00+00:00" for n in range(900)]
    short = [f"S{n},step {n % 3},2020-01-01T00:00:00+00:00" for n in range(300)]
    lines = [line for pair in zip(long, [*short, *reversed(short), *short], strict=True) for line in pair]
    done = bring_in(committed_cast, a_file(tmp_path, text_log(*lines, heading="case_id,activity,timestamp")))
    assert (done.cases, done.events) == (301, 1_800)
    assert [",".join(row) for row in rows(written(committed_cast, "incidents", tmp_path))] == lines
    cases = cases_of(committed_cast, "incidents")
    assert max(case.version for case in cases) == 901  # and its closing
    assert all(replays_like_its_row(case) for case in cases[::29])


def test_fields_are_filled_indexed_and_follow_the_rows(committed_cast, tmp_path):
    heading = "case_id,activity,timestamp,resource,lifecycle,amount,due,urgent,who"
    lines = [
        "1,a,2020-01-01T00:00:00+00:00,,,10.50,2020-02-01,true,ana@example.com",
        "1,b,2020-01-02T00:00:00+00:00,,,,2020-02-03,false,", "1,c,2020-01-03T00:00:00+00:00,,,12.00,,,bo@example.com",
    ]  # fmt: skip
    bring_in(committed_cast, a_file(tmp_path, text_log(*lines, heading=heading)))
    (case,) = cases_of(committed_cast, "incidents")
    assert case.data == {"amount": "12.00", "due": "2020-02-03", "urgent": False, "who": "bo@example.com"}
    changes = history(case)[1].fact["source"]["changes"]
    assert changes == {
        "due": ["2020-02-01", "2020-02-03"],
        "urgent": [True, False],
    }
    assert replays_like_its_row(case)
    with committed_cast.scope, reading():
        values = Value.objects.filter(case_id=case.id)
        assert {(v.text, v.number, v.instant) for v in values} == {
            (None, 12.0, None), (None, None, datetime(2020, 2, 3, tzinfo=UTC)), (None, 0.0, None),
            ("bo@example.com", None, None),
        }  # fmt: skip
    assert written(committed_cast, "incidents", tmp_path).read_text().splitlines() == [heading, *lines]


def test_a_value_that_does_not_fit_is_left_out_and_told_and_the_event_goes_in(committed_cast, tmp_path):
    path = a_file(
        tmp_path,
        text_log("1,a,2020-01-01,12", "1,b,2020-01-02,many", heading="case,activity,timestamp,count"),
    )
    done = bring_in(committed_cast, path, "Counted", "--kind=count=integer")
    assert (done.events, done.refused) == (2, 0)
    assert "left out: 1" in done.out
    assert "line 3, count:" in done.err
    (case,) = cases_of(committed_cast, "counted")
    assert case.data == {"count": 12}


def test_only_the_first_findings_are_kept_however_many_batches_have_some(
    committed_cast, tmp_path, monkeypatch
):
    monkeypatch.setattr(running, "MAX_FINDINGS", 30)
    lines = [f"{n // 5},a,2020-01-01,many" for n in range(1_500)]
    text = text_log(",a,2020-01-01,1", *lines, heading="case,activity,timestamp,count")
    done = bring_in(committed_cast, a_file(tmp_path, text), "Counted", "--kind=count=integer")
    with committed_cast.scope, reading():
        (log,) = LogImport.objects.all()
        kept = LogFinding.objects.filter(log_id=log.id).count()
    assert (done.events, log.refused, log.left_out, kept) == (1_500, 1, 300, 30)


def test_wrong_lines_are_reported_and_the_rest_goes_in(committed_cast, tmp_path):
    path = a_file(
        tmp_path,
        text_log("A,x,2020-01-01,", "A,x,never,", ",x,2020-01-01,", 'A,"x,2020-01-01,', "A,y,2020-01-02,"),
    )
    done = bring_in(committed_cast, path)
    assert (done.cases, done.events, done.refused) == (1, 2, 3)
    assert [line.split(":")[0] for line in done.err.splitlines()] == [
        "line 3, timestamp",
        "line 4, case",
        "line 5",
    ]


def test_an_existing_template_is_extended_and_its_stages_are_used(committed_cast, tmp_path):
    bring_in(committed_cast, a_file(tmp_path, text_log("A,new,2020-01-01,", "A,closed,2020-01-02,")))
    before = definition_of(committed_cast, "incidents")
    bring_in(
        committed_cast,
        a_file(tmp_path, text_log("B,new,2020-01-01,", "B,triage,2020-01-02,", "B,closed,2020-01-03,")),
    )
    after = definition_of(committed_cast, "incidents")
    assert [stage.name for stage in before.stages] == ["new", "closed"]
    assert [stage.name for stage in after.stages] == ["new", "triage", "closed"]
    assert after.path == before.path


def test_what_people_do_afterwards_is_exported_behind_the_imported_rows(committed_cast, tmp_path):
    lines = ["A,new,2020-01-01,", "A,work,2020-01-02,", "A,closed,2020-01-03,"]
    bring_in(committed_cast, a_file(tmp_path, text_log(*lines)))
    by = committed_cast.owner.actor
    case = open_case(by=by, template="incidents", title="By hand")
    move_case(by=by, case_id=case.id, to="closed", reason="Because.")
    assert [row[:2] for row in rows(written(committed_cast, "incidents", tmp_path))] == [
        ("A", "new"), ("A", "work"), ("A", "closed"), (case.number, "new"), (case.number, "closed"),
    ]  # fmt: skip


def test_a_dry_run_changes_nothing(committed_cast, tmp_path):
    done = bring_in(committed_cast, a_file(tmp_path, text_log("A,x,2020-01-01,")), "Dry", "--dry-run")
    assert (done.cases, done.events) == (1, 1)
    assert "stage: x" in done.out
    with committed_cast.scope, reading():
        assert (
            "dry" not in catalogue(committed_cast.organization.id, committed_cast.owner.actor.revision).by_key
        )


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("", (), "empty"),
        ("a,b,c\n1,2,3\n", (), "which column holds"),
        ("case,activity,timestamp\n1,a,2020\n", ("--timezone=Mars/Base",), "Mars/Base"),
        ("case,activity,timestamp\n1,a,2020\n", ("--map=case=nope",), "no column called"),
        ("case,activity,timestamp\n1,a,2020\n", ("--map=kase=case",), "--map knows"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(committed_cast, tmp_path, content, options, says):
    with pytest.raises(CommandError, match=says):
        bring_in(committed_cast, a_file(tmp_path, content), "T", *options)


def test_an_unknown_organization_or_template_is_named(committed_cast, tmp_path):
    with pytest.raises(CommandError, match="no such template"):
        written(committed_cast, "nope", tmp_path)
    committed_cast.organization.slug = "nobody"
    with pytest.raises(CommandError, match="no organization “nobody”"):
        bring_in(committed_cast, SAMPLE)


def test_another_organization_sees_nothing_of_an_import(committed_cast, tmp_path):
    bring_in(committed_cast, a_file(tmp_path, text_log("A,x,2020-01-01,")))
    stranger = committed_cast.stranger.actor
    with scoped_to(stranger.organization_id), reading(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM case_logs_logimport) + (SELECT count(*) FROM case_logs_logfinding)"
        )
        assert cursor.fetchone() == (0,)


def test_the_history_is_for_those_who_see_every_case(cast):
    permissions = ["case.export", "case.view_assigned"]
    role = create_role(by=cast.owner.actor, name="Own cases alone", permissions=permissions)
    change_member_role(by=cast.owner.actor, member_id=cast.colleague.id, role_id=role.id)
    with pytest.raises(Forbidden, match="You may not see every case"):
        export_log(by=cast.colleague.actor, template="any", format="csv", out=io.StringIO())
