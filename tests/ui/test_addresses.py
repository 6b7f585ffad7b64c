"""A number may hold a `#`: wherever a case is linked to, the link leads there."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.cases.kit import Office

HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(cast):
    office = Office(cast)
    office.republish(number_pattern="PO#{number}")
    return office


@pytest.fixture
def browser(office):
    client = Client()
    client.force_login(office.cast.owner.user)
    return client


def base(office):
    return f"/o/{office.cast.organization.slug}"


def test_who_opens_a_case_is_led_to_it(office, browser):
    form = {"template": "onboarding", "title": "Lovelace Ltd"}
    answer = browser.post(f"{base(office)}/cases/new", form, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, f"{base(office)}/cases/PO#1")
    led = browser.post(f"{base(office)}/cases/new", form, headers=HTMX)
    assert led["HX-Redirect"].endswith("/cases/PO%232")


@pytest.mark.parametrize("screen", ["cases", "boards/onboarding", "timeline", "inbox?tab=mine"])
def test_every_link_to_a_case_leads_to_its_page(office, browser, screen):
    case = office.open(owner=office.cast.owner.id)
    page = browser.get(f"{base(office)}/{screen}").content.decode()
    links = {unescape(link) for link in re.findall(r'href="([^"]*/cases/PO[^"]*)"', page)}
    assert links
    for link in links:
        led = browser.get(urlsplit(urljoin("http://testserver", link)).path)
        assert led.status_code == 200
        assert case.title in led.content.decode()


def test_an_act_from_a_page_of_its_own_leads_back_to_the_case(office, browser):
    case = office.open()
    address = f"{base(office)}/cases/PO%231/hold"
    current = {**HTMX, "HX-Current-URL": f"http://testserver{address}"}
    answer = browser.post(address, {"reason": "Waiting", "expected_version": case.version}, headers=current)
    assert answer["HX-Redirect"] == f"{base(office)}/cases/PO%231"
    resumed = browser.post(
        f"{base(office)}/cases/PO%231/resume",
        {"expected_version": 2},
        headers={**HTMX, "HX-Current-URL": f"http://testserver{base(office)}/cases/PO%231"},
    )
    assert "HX-Trigger" not in resumed
