"""A history comes in by hand, in a real browser: uploaded, understood, corrected, brought in, taken out."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from automations.imports import bring_in_due
from cases.logs import sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LOG = """case,activity,timestamp,resource,amount
A,new,2020-01-01 10:00,ana,5
A,work,2020-01-02 10:00,bo,5
A,closed,never,bo,5
A,closed,2020-01-03 10:00,bo,6
B,new,2020-01-02 10:00,ana,7
"""


def no_violation(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("CASEFY_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(params=["light", "dark"])
def page(request, context) -> Page:
    page = context.new_page()
    page.emulate_media(color_scheme=request.param)
    return page


def test_a_file_is_uploaded_understood_corrected_and_brought_in(page, stage, tmp_path):
    path = tmp_path / "my_orders.csv"
    path.write_text(LOG)
    page.goto(stage.at("imports"))
    no_violation(page)
    picture(page, "imports")
    page.get_by_label("Event log").set_input_files(path)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status").get_by_text("A worker takes it in a moment")).to_be_visible()
    bring_in_due()
    expect(page.get_by_text("2 cases with 4 events, 1 line refused")).to_be_visible()
    expect(page.get_by_text("“never” is not a date and time.")).to_be_visible()
    expect(page.get_by_label("Activity")).to_have_value("activity")
    no_violation(page)
    picture(page, "import-plan")
    page.get_by_label("Template").fill(
        f"Orders {page.evaluate('matchMedia(`(prefers-color-scheme: dark)`).matches')}"
    )
    page.get_by_label("amount", exact=True).select_option("text")
    expect(page.get_by_label("What amount is called")).to_have_value("Amount")
    page.get_by_label("What amount is called").fill("Order value")
    page.get_by_role("button", name="Import 4 events").click()
    expect(page.get_by_text("Looking at the file with your changes").first).to_be_visible()
    bring_in_due()
    expect(page.get_by_label("amount", exact=True)).to_have_value("text")
    page.get_by_role("button", name="Import 4 events").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    bring_in_due()
    expect(page.get_by_role("link", name="Board", exact=True)).to_be_visible()
    no_violation(page)
    picture(page, "import-done")
    page.get_by_role("link", name="Cases", exact=True).last.click()
    expect(page.get_by_role("columnheader", name="Order value")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Board", exact=True).click()
    expect(page).to_have_url(re.compile("/boards/orders-"))


def test_the_sample_comes_in_with_one_click(page, stage):
    page.goto(stage.at("imports"))
    expect(page.get_by_text("Amaral, C., Fantinato, M.")).to_be_visible()
    expect(page.get_by_role("link", name=sample.LICENCE)).to_have_attribute("href", sample.LICENCE_URL)
    page.get_by_role("button", name="Import the sample incidents").click()
    expect(page.get_by_role("heading", name=sample.FILE.name)).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    no_violation(page)
    picture(page, "import-phone")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard import").click()
    expect(page.get_by_role("heading", name="Imports", level=1)).to_be_visible()
