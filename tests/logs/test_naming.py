"""Fields that come from a file's columns have names for people; the file's own names go out again as they came in."""

import pytest

from cases.logs.naming import names_for_people
from cases.logs.plan import Plan, plan_from_json
from cases.logs.proposal import propose
from templates_app.models import TemplateVersion
from templates_app.parse import parse
from templates_app.serialize import to_json
from tenants.scope import reading, scoped_to
from tests.logs.importing import bring_in, written
from tests.logs.reading import survey_of

HEADING = (
    "case_id,activity,timestamp,resource,lifecycle,"
    "case_caller_id,priority_code,event_priority,case_priority,Amount (EUR),org:group"
)
ROWS = f"""{HEADING}
A,new,2020-01-01T10:00:00+00:00,ana,,Caller 2403,P1,high,low,5,Claims
A,closed,2020-01-02T10:00:00+00:00,ana,,Caller 2403,P1,high,low,6,Claims
B,new,2020-01-02T10:00:00+00:00,bo,,Caller 7,P2,low,low,7,Claims
"""


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("case_caller_id", "Caller id"), ("priority_code", "Priority code"), ("event_location", "Location"),
        ("case:Amount", "Amount"), ("callerId", "Caller id"), ("PRIORITY_CODE", "Priority code"), ("amount", "Amount"),
        ("org:group", "Org group"), ("Amount (EUR)", "Amount (EUR)"), ("Überweisung_am", "Überweisung_am"),
        ("case_", "case_"), ("SLA", "SLA"), ("Vendor", "Vendor"), ("case_VAT_id", "VAT id"),
    ],
)  # fmt: skip
def test_a_name_made_for_programs_becomes_one_for_people(column, name):
    assert names_for_people([column]) == {column: name}


def test_names_that_would_be_the_same_say_whose_they_are():
    assert names_for_people(["case_priority", "event_priority", "event_type"]) == {
        "case_priority": "Case priority", "event_priority": "Event priority", "event_type": "Type",
    }  # fmt: skip


def test_fields_are_called_as_people_speak_and_the_file_goes_out_with_the_names_it_came_with(
    committed_cast, tmp_path
):
    path = tmp_path / "incidents.csv"
    path.write_text(ROWS)
    done = bring_in(committed_cast, path, "Named for people")
    fields = fields_of(committed_cast, done.template)
    assert {field.key: field.name for field in fields} == {
        "case_caller_id": "Caller id", "priority_code": "Priority code", "event_priority": "Event priority",
        "case_priority": "Case priority", "amount_eur": "Amount (EUR)", "org_group": "Org group",
    }  # fmt: skip
    out = written(committed_cast, done.template, tmp_path)
    assert out.read_text().splitlines()[0] == HEADING
    again = bring_in(committed_cast, out, "Named for people")
    assert (again.cases, again.refused) == (0, 0), "what was known is known"
    assert fields_of(committed_cast, done.template) == fields


def test_a_name_that_was_given_is_taken_and_the_column_goes_out_as_before(tmp_path):
    path = tmp_path / "incidents.csv"
    path.write_text(ROWS)
    plan = Plan("case_id", "activity", "timestamp", names={"case_caller_id": "Who called"})
    found, _, _ = survey_of(path, plan)
    proposed = propose(found, "Named by hand", None)
    field = proposed.fields["case_caller_id"]
    assert (field.key, field.name, field.column) == ("case_caller_id", "Who called", "case_caller_id")
    assert parse(to_json(proposed.definition)).field(field.key) == field
    assert plan_from_json(plan.to_json()).names == plan.names


def fields_of(cast, template: str):
    with scoped_to(cast.organization.id), reading():
        published = TemplateVersion.objects.filter(template__key=template, published_at__isnull=False)
        return parse(published.latest("number").definition).fields
