"""Opening a case."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import time_machine

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.opening import open_case
from cases.models import Case, Value
from tests.acting import acts, refused, strangers_find_nothing
from tests.cases.kit import ONBOARDING, replay_equals_the_row, without
from timeline.models import EventBody
from timeline.queries import whole

VALUES = {
    "company": " Lovelace  Ltd ",
    "amount": "1,250.50",
    "mail": "ada@Example.org",
    "topics": ["law", "tax"],
}


def test_a_colleague_opens_a_case_in_five_statements(office):
    by = office.by.actor
    with acts(office.cast.organization, says=["case.opened"], queries=5) as acted:
        case = office.open("  Lovelace   Ltd ", VALUES, by=by, owner=office.by.id)
    assert (case.title, case.status, case.stage, case.version) == ("Lovelace Ltd", "open", "intake", 1)
    assert case.data == {
        "company": "Lovelace  Ltd",
        "amount": {"amount": "1250.50", "currency": "EUR"},
        "mail": "ada@example.org",
        "topics": ["tax", "law"],
    }
    assert case.owner_id == office.by.id
    assert acted.event.sentence == "opened the case in Intake"
    assert acted.event.actor_label == office.by.name
    assert acted.event.template_version_id == office.template().version_id
    with office.cast.scope:
        replay_equals_the_row(case.id)


def test_a_case_opened_with_nothing_but_a_title_says_so(office):
    case = office.open("Just a title")
    with office.cast.scope:
        assert case.data == {}
        assert not Value.objects.filter(case_id=case.id).exists()
        replay_equals_the_row(case.id)


def test_a_case_may_start_in_another_stage(office):
    case = office.open(stage="review")
    assert case.stage == "review"


def test_numbers_have_no_gaps_when_an_opening_fails(office):
    first = office.open()
    with pytest.raises(Invalid):
        office.open(values={"headcount": "many"})
    with pytest.raises(Invalid):
        office.open(owner=uuid4())
    assert [first.number[-5:], office.open().number[-5:]] == ["00001", "00002"]


def test_numbers_begin_anew_with_the_year_of_the_organizations_time_zone(office):
    office.open()
    # Half past eleven in Greenwich: in Berlin the new year has begun.
    with time_machine.travel(datetime(2031, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert [office.open().number, office.open().number] == ["ON-2032-00001", "ON-2032-00002"]


def test_every_template_counts_for_itself(office):
    office.publish(replace(ONBOARDING, name="Complaints", number_pattern="C-{number}"), "complaints")
    assert office.open(template="complaints").number == "C-1"
    assert office.open().number.endswith("-00001")
    assert office.open(template="complaints").number == "C-2"


def test_a_reader_may_not_and_is_told_who_could(office):
    reader = office.cast.reader.actor
    with refused(office.cast.organization, Forbidden, match="You may not open cases") as caught:
        office.open(by=reader)
    assert "Carl Colleague" in caught.value.message
    assert caught.value.details["permission"] == "case.open"


def test_a_guest_may_not_open_cases(office):
    guest = office.cast.guest.actor
    with refused(office.cast.organization, Forbidden):
        office.open(by=guest)


def test_a_stranger_finds_no_such_template(office):
    strangers_find_nothing(
        office.cast.organization, office.cast.stranger.actor,
        lambda by: open_case(by=by, template="onboarding", title="Mine now"),
    )  # fmt: skip


def test_an_unknown_template_is_missing(office):
    with refused(office.cast.organization, Missing) as caught:
        office.open(template="nothing")
    assert caught.value.fields == {"template": "Choose a template."}


def test_a_retired_template_takes_no_new_cases(office):
    office.retire()
    with refused(office.cast.organization, Conflict, match="is retired and takes no new cases"):
        office.open()


@pytest.mark.parametrize("stage", ["archive", "nowhere"])
def test_a_case_does_not_start_in_a_stage_that_is_retired_or_unknown(office, stage):
    with refused(office.cast.organization, Invalid) as caught:
        office.open(stage=stage)
    assert caught.value.fields == {"stage": "Choose one of the template's stages."}


def test_what_the_first_stage_needs_is_asked_for(office):
    with refused(office.cast.organization, Invalid) as caught:
        office.open(stage="approval")
    assert caught.value.code == "fields_missing"
    assert caught.value.fields == {"amount": "Amount is needed here."}
    assert office.open(values={"amount": "3"}, stage="approval").stage == "approval"


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("  ", "Say in a few words"),
        ("x" * 201, "Use at most 200 characters"),
        ("a\x00b", "Remove the unprintable character U+0000"),
    ],
)
def test_a_title_is_needed_and_short_and_printable(office, title, sentence):
    with refused(office.cast.organization, Invalid) as caught:
        office.open(title)
    assert sentence in caught.value.fields["title"]


WRONG = {
    "company": ("x" * 501, "Shorten this to 500 characters; it has 501."),
    "notes": (12, "Enter text here."),
    "headcount": ("1.5", "Enter a whole number, without decimals."),
    "share": ("1,234", "1,234 could mean two things. Write 1234 or 1.234."),
    "amount": ("12.505 EUR", "EUR has 2 decimals. Round the amount."),
    "due": ("31.01.2026", "Enter a day as year-month-day, such as 2026-01-31."),
    "call_at": (
        "2026-03-29 02:30",
        "02:30 does not exist on that day: the clocks go forward. Choose an hour later.",
    ),
    "urgent": ("perhaps", "Choose yes or no."),
    "region": ("west", "“west” is not an option. Choose one of: North, South."),
    "topics": (["tax", "fax"], "“Fax” is no longer offered. Choose another option."),
    "contact": (str(uuid4()), "This person is not a member here. Choose a member from the list."),
    "mail": ("ada at example", "Enter one e-mail address, such as ana@example.com."),
    "phone": ("030 1234567", "Start the phone number with + and the country code, such as +49 30 1234567."),
    "site": (
        "javascript:alert(1)",
        "Enter a web address that starts with https:// or http://, without spaces.",
    ),
    "legacy": ("x", "Legacy is retired: the template no longer uses it."),
    "nothing": ("x", "The template has no such field."),
}


def test_every_kind_of_field_says_what_does_not_fit_all_at_once(office):
    with refused(office.cast.organization, Invalid, match="Nothing was changed") as caught:
        office.open(values={key: value for key, (value, _) in WRONG.items()})
    assert caught.value.fields == {key: sentence for key, (_, sentence) in WRONG.items()}


RIGHT = {
    "company": ("Müller & Söhne", "Müller & Söhne"),
    "notes": ("one\r\ntwo", "one\ntwo"),
    "headcount": ("1 250", 1250),
    "share": ("12,50", "12.50"),
    "amount": ("-3.5 usd", {"amount": "-3.50", "currency": "USD"}),
    "due": (date(2026, 2, 28), "2026-02-28"),
    "call_at": ("2026-01-31 10:00", "2026-01-31T09:00:00Z"),
    "urgent": ("no", False),
    "region": ("South", "south"),
    "topics": (["law", "tax", "law"], ["tax", "law"]),
    "mail": ("ada@Example.ORG", "ada@example.org"),
    "phone": ("+49 (30) 123-4567", "+49301234567"),
    "site": ("example.com/page", "https://example.com/page"),
}


def test_every_kind_of_field_is_stored_in_its_own_form_and_indexed(office):
    values = {key: value for key, (value, _) in RIGHT.items()}
    case = office.open(values={**values, "contact": str(office.cast.owner.id)})
    stored = {key: form for key, (_, form) in RIGHT.items()}
    assert case.data == {**stored, "contact": str(office.cast.owner.id)}
    with office.cast.scope:
        replay_equals_the_row(case.id)
        ids = office.template().field_ids
        indexed = set(Value.objects.filter(case_id=case.id).values_list("field_id", flat=True))
        assert indexed == {ids[key] for key in case.data}


def test_what_is_left_blank_is_not_stored(office):
    assert office.open(values={"company": "  ", "topics": [], "amount": "", "legacy": ""}).data == {}


def test_personal_values_are_sealed_apart_from_the_body(office):
    case = office.open(values=VALUES)
    with office.cast.scope:
        (event,) = whole(case.id)
        body = EventBody.objects.get(id=event.id)
    assert "ada@example.org" not in body.body
    assert "ada@example.org" in body.personal
    assert event.fact["data"]["mail"] == "ada@example.org"
    assert "Lovelace" in body.body


def test_a_case_may_be_given_to_a_member_and_a_team(office):
    team = office.team("Finance", office.by)
    case = office.open(owner=office.cast.owner.id, team=team)
    with office.cast.scope:
        (event,) = whole(case.id)
        replay_equals_the_row(case.id)
    assert (event.fact["owner_name"], event.fact["team_name"]) == ("Olga Owner", "Finance")


@pytest.mark.parametrize("who", ["owner", "team"])
def test_nobody_unknown_is_given_a_case(office, who):
    with refused(office.cast.organization, Invalid) as caught:
        office.open(**{who: uuid4()})
    assert list(caught.value.fields) == [who]


def test_a_reference_from_outside_is_taken_once_per_template(office):
    case = office.open(external_ref="CRM-17")
    with refused(office.cast.organization, Conflict, match="CRM-17") as caught:
        office.open(external_ref="CRM-17")
    assert caught.value.code == "external_ref_taken"
    assert list(caught.value.fields) == ["external_ref"]
    assert caught.value.details == {"case": str(case.id), "number": case.number}
    assert office.open(external_ref="CRM-18").number.endswith("-00002"), "the refused one took no number"


def test_retired_fields_are_asked_of_nobody(office):
    office.republish(**without(office.template().definition, "amount"))
    assert office.open(stage="approval").stage == "approval"


def test_what_was_opened_is_a_row_of_the_organization(office):
    case = office.open()
    with office.cast.scope:
        row = Case.objects.get(number=case.number)
    assert (row.organization_id, row.id) == (office.cast.organization.id, case.id)


def test_a_pattern_that_repeats_old_numbers_is_refused_with_a_remedy(office):
    case = office.open()
    year = case.number.split("-")[1]
    office.republish(number_pattern=f"ON-{year}-{{number:05}}")
    with refused(case, Conflict, "is taken") as caught:
        office.open()
    assert caught.value.code == "number_taken"
