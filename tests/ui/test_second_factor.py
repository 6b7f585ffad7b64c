"""The authenticator app from the own settings to its end: switched on, asked for, stood in for, switched off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import code_of
from tests.shots import world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSPHRASE = "correct horse battery"


@pytest.fixture
def somebody(stage):
    """Somebody new in the organization, who has a password."""
    owner = stage.world.user
    organization_id = world.actor(owner, stage.world.slug).organization_id
    world._join(organization_id, "Zoe Zander", stage.world.slug, owner)
    return world.User.objects.get(email=f"zoe@{stage.world.slug}.example")


@pytest.fixture
def window(browser, stage, somebody):
    """Opens windows at the way in: `window()` is a new one in which nobody has signed in."""
    opened = []

    def new(**options) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        opened.append(context)
        return context.new_page()

    yield new
    for context in opened:
        context.close()


def log_in(page: Page, stage, somebody) -> Page:
    page.goto(f"{stage.url}/accounts/login/")
    page.get_by_label("E-mail").fill(somebody.email)
    page.get_by_label("Password", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Log in", exact=True).click()
    return page


def answer(page: Page, code: str) -> None:
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_the_authenticator_app_is_switched_on_asked_for_and_switched_off(stage, somebody, window):
    inside = re.compile(f"{stage.url}/o/{stage.world.slug}/")
    page = log_in(window(), stage, somebody)
    expect(page).to_have_url(inside)
    page.goto(stage.at("settings/me"))
    app = page.locator("#me li", has_text="Authenticator app")
    app.get_by_role("link", name="Switch on").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSPHRASE)
        page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_label("Or type this secret into the app").input_value()
    page.get_by_label("The code it shows").fill("12345")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("This is not right")).to_be_visible()
    expect(page.get_by_label("Or type this secret into the app")).to_have_value(secret)
    page.get_by_label("The code it shows").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator("#toasts")).not_to_contain_text("old ones")
    codes = page.get_by_label("Codes").input_value().split()
    assert len(set(codes)) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the codes").click()
    assert download.value.path().read_text().split() == codes
    page.reload()
    expect(page.get_by_text("10 of 10 are left.")).to_be_visible()
    expect(page.get_by_label("Codes")).to_have_count(0)
    assert codes[0] not in page.content()
    page.goto(stage.at("settings/me"))
    expect(app).to_contain_text("on")

    phone = log_in(window(viewport={"width": 390, "height": 844}), stage, somebody)
    answer(phone, code_of(secret))
    expect(phone).to_have_url(inside)
    lost = log_in(window(), stage, somebody)
    answer(lost, codes[0])
    expect(lost).to_have_url(inside)
    again = log_in(window(), stage, somebody)
    answer(again, codes[0])
    expect(again.get_by_text("This is not right")).to_be_visible()

    app.get_by_role("link", name="Switch off").click()
    if "reauthenticate" in page.url:
        page.get_by_label("Code").fill(codes[1])
        page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Switch it off").click()
    expect(page.locator("#toasts")).to_contain_text("The authenticator app is switched off.")
    page.goto(stage.at("settings/me"))
    expect(app).to_contain_text("off")
    expect(log_in(window(), stage, somebody)).to_have_url(inside)
