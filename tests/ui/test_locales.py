"""An organization that writes as Germans do: what its screens show, what its forms take, what the API says."""

import pytest
from django.test import Client

from tenants.actions.organizations import update_organization
from tests.api.kit import Api
from tests.cases.kit import Office

VALUES = {"share": "1234.5", "amount": "1234.56", "due": "2026-12-31", "call_at": "2026-12-31T15:05"}


@pytest.fixture
def office(cast):
    made = Office(cast)
    update_organization(by=cast.owner.actor, name="Acme", time_zone="Europe/Berlin", locale="de")
    return made


@pytest.fixture
def client(office):
    client = Client()
    client.force_login(office.cast.owner.user)
    return client


@pytest.fixture
def address(office):
    return f"/o/{office.cast.organization.slug}"


def test_a_case_shows_days_times_numbers_and_amounts_in_the_organizations_writing(office, client, address):
    case = office.open(values=VALUES)
    for page in (f"cases/{case.number}", f"cases/{case.number}?field=amount"):
        html = client.get(f"{address}/{page}").content.decode()
        for text in ("1.234,5\u00a0%", "1.234,56\u00a0EUR", "31.12.2026", "31.12.2026, 15:05"):
            assert text in html
    assert (
        "1.234,56\u00a0EUR"
        in client.get(f"{address}/cases?template=onboarding&col=field.amount").content.decode()
    )


def test_a_form_holds_and_takes_what_germans_type(office, client, address):
    case = office.open(values=VALUES)
    form = client.get(f"{address}/cases/{case.number}/fields/amount", headers={"HX-Request": "true"})
    assert 'value="1234,56 EUR"' in form.content.decode()
    for typed, stored in (("2.345,6 EUR", "2345.60"), ("1.234", "1234.00")):
        client.post(f"{address}/cases/{case.number}/fields/amount", {"field.amount": typed})
        assert office.case(case.id).data["amount"] == {"amount": stored, "currency": "EUR"}
    refused = client.post(
        f"{address}/cases/{case.number}/fields/amount",
        {"field.amount": "1,234.56"},
        headers={"HX-Request": "true"},
    )
    assert refused.status_code == 422
    assert "Write the number as 1.234,56." in refused.content.decode()
    assert 'value="1,234.56"' in refused.content.decode()
    client.post(f"{address}/cases/{case.number}/fields/due", {"field.due": "1.2.2027"})
    assert office.case(case.id).data["due"] == "2027-02-01"


def test_a_list_is_filtered_by_what_germans_type(office, client, address):
    office.open("Small", values={"share": "1.234"})
    office.open("Large", values={"share": "1234"})
    html = client.get(f"{address}/cases?template=onboarding&field.share.gte=1.234").content.decode()
    assert "Large" in html
    assert "Small" not in html
    html = client.get(f"{address}/cases?template=onboarding&field.due.lte=31.12.2026")
    assert html.status_code == 200


def test_the_api_has_no_locale(office):
    api = Api.of(office.cast.colleague)
    case = office.open(values=VALUES)
    values = api.get(f"cases/{case.id}")["values"]
    assert values["amount"] == {"amount": "1234.56", "currency": "EUR"}
    api.post(f"cases/{case.id}/fields", {"values": {"share": "1234.567"}}, method="PATCH")
    assert api.get(f"cases/{case.id}")["values"]["share"] == "1234.567"
    answer = api("PATCH", f"cases/{case.id}/fields", {"values": {"due": "31.12.2026"}})
    assert answer.status_code == 422


def test_the_words_stay_english_and_the_settings_say_so(office, client, address):
    html = client.get(f"{address}/settings/general").content.decode()
    assert '<html lang="en"' in html
    assert "The words on the screen stay English in this version." in html
    assert "German (Germany): 31.12.2026" in html


@pytest.mark.parametrize(
    ("locale", "shown"), [("en-us", "Dec 31, 2026, 3:05 PM"), ("en", "31 Dec 2026, 15:05")]
)
def test_english_has_its_ways_too(office, client, address, locale, shown):
    update_organization(by=office.cast.owner.actor, name="Acme", time_zone="Europe/Berlin", locale=locale)
    case = office.open(values=VALUES)
    assert shown in client.get(f"{address}/cases/{case.number}").content.decode()
