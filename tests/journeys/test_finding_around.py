"""Finding one's way: keys, lists that stand in their address, pages, an imported history."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from cases.actions.opening import open_case
from tests.journeys.test_people import sign_up


def test_keys_lead_everywhere(colleague, house):
    house.open("Found by keys")
    page = colleague.go("boards")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).not_to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/inbox$"))
    colleague.ready()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("/cases$"))
    colleague.ready()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search cases").first).to_be_focused()
    page.keyboard.type("Found by keys")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cases\?q=Found"))
    colleague.ready()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Found by keys")).to_be_visible()


def test_a_list_is_filtered_sorted_and_paged_in_its_address(windows, house):
    by = house.do(lambda: house.cast.colleague.actor)
    amounts = [f"{n}.50" for n in range(1, 61)]

    def many():
        for amount in amounts:
            open_case(
                by=by,
                template="client-onboarding",
                title=f"Paged {amount}",
                values={"amount": amount, "company": "Pagers"},
            )

    house.do(many)
    window = windows.window("colleague")
    page = window.go("cases?template=client-onboarding&field.company=Pagers")
    page.get_by_role("button", name="Columns").click()
    page.locator("#columns").get_by_label("Amount").check()
    expect(page).to_have_url(re.compile(r"col=field\.amount"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Amount").click()
    expect(page).to_have_url(re.compile(r"sort=field\.amount"))
    rows = page.locator("[data-row]")
    expect(rows.first).to_contain_text("Paged 1.50")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Next page").click()
    expect(rows.first).to_contain_text("Paged 51.50")
    expect(rows).to_have_count(10)
    other = windows.window("colleague").page
    other.goto(page.url)
    expect(other.locator("[data-row]").first).to_contain_text("Paged 51.50")
    page.get_by_role("link", name="First page").click()
    expect(rows).to_have_count(50)
    page.go_back()
    expect(rows.first).to_contain_text("Paged 51.50")


def test_a_real_history_comes_in_with_one_click_and_stands_in_a_list(windows):
    window = windows.window("designer")
    page = window.go("imports")
    page.get_by_role("button", name="Import the sample incidents").click()
    expect(page.get_by_role("link", name="Board", exact=True)).to_be_visible(timeout=120_000)
    expect(page.locator("#import")).to_contain_text(re.compile(r"2\s000"))
    expect(page.locator("#import")).to_contain_text(re.compile(r"8\s084"))
    page.locator("#import").get_by_role("link", name="Cases", exact=True).click()
    expect(page.locator("#list tbody tr").first).to_be_visible()


def test_somebody_new_signs_up_confirms_by_mail_and_has_an_organization(windows, product):
    mark = uuid4().hex[:8]
    window = windows.empty()
    page = window.page
    page.goto(f"{product.url}/accounts/signup/")
    sign_up(page, product, f"nina-{mark}@example.org", "Nina New")
    expect(page).to_have_url(re.compile("/welcome"))
    page.get_by_role("textbox", name="Name").fill(f"Nina {mark}")
    expect(page.locator("[name=slug]")).to_have_value(f"nina-{mark}")
    page.get_by_role("button", name="Make the organization").click()
    expect(page).to_have_url(re.compile(rf"/o/[a-z0-9-]*{mark}/"))
    expect(page.get_by_role("navigation", name="Screens")).to_be_visible()
