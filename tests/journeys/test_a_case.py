"""A case from its opening to its end, in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import PHONE


def feed(page: Page):
    """The sentences of the timeline beside a case."""
    return page.locator("#feed")


def fill(page: Page, name: str, value: str) -> None:
    """Change one field in place."""
    page.get_by_role("button", name=f"Change {name}", exact=True).click()
    page.locator(".value-open").get_by_role("textbox", name=name).fill(value)
    page.locator(".value-open").get_by_role("button", name="Save").click()
    expect(page.locator(".value-open")).to_have_count(0)


def test_a_case_is_opened_filled_in_and_moved_forward_back_and_past_a_stage(colleague):
    page = colleague.go("boards")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="New case")
    dialog.get_by_role("combobox", name="Template").select_option("Client onboarding")
    dialog.get_by_label("Title").fill("Northwind Ltd")
    dialog.get_by_role("button", name="Open the case").click()
    expect(page).to_have_url(re.compile(r"/cases/ON-\d{4}-\d+$"))
    expect(page.get_by_role("heading", name="Northwind Ltd")).to_be_visible()
    expect(feed(page)).to_contain_text("opened the case in Intake")
    colleague.ready()

    fill(page, "Company", "Northwind Trading")
    expect(page.locator("#value-company")).to_contain_text("Northwind Trading")
    expect(feed(page)).to_contain_text("changed Company")

    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Review")
    expect(feed(page)).to_contain_text("moved the case from Intake to Review")

    page.keyboard.press("m")
    sheet = page.locator("dialog#dialog")
    expect(sheet.get_by_text("Fill in first: Amount.").first).to_be_visible()
    sheet.get_by_role("button", name=re.compile("^Intake")).click()
    sheet.get_by_role("button", name="Move to Intake").click()
    expect(sheet).to_contain_text("Say why, in a sentence.")
    sheet.get_by_label("Why?").fill("The papers are not complete")
    sheet.get_by_role("button", name="Move to Intake").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Intake")
    expect(feed(page)).to_contain_text("returned the case from Review to Intake")
    expect(feed(page)).to_contain_text("The papers are not complete")

    fill(page, "Amount", "1250.50")
    expect(page.locator("#value-amount")).to_contain_text("EUR")
    page.keyboard.press("m")
    sheet.get_by_role("button", name=re.compile("^Approval")).click()
    sheet.get_by_label("Why?").fill("We know them well")
    sheet.get_by_role("button", name="Move to Approval").click()
    expect(feed(page)).to_contain_text("skipped ahead from Intake to Approval")


def test_a_case_is_talked_about_held_resumed_closed_and_taken_up_again(colleague, house):
    page = colleague.case(house.open("Northwind Ltd"))
    sheet = page.locator("dialog#dialog")
    page.get_by_label("Comment", exact=True).fill("Please look at this, @Olga Owner. **Urgent!**")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(feed(page).locator("strong", has_text="Urgent!")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")

    page.get_by_role("button", name="More for this case").click()
    page.get_by_role("button", name="Put on hold").click()
    sheet.get_by_label("Why?").fill("Waiting for a signature")
    sheet.get_by_role("button", name=re.compile("hold", re.IGNORECASE)).last.click()
    expect(page.locator("#head")).to_contain_text("On hold")
    expect(page.locator("#head")).to_contain_text("Waiting for a signature")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#head")).not_to_contain_text("Waiting for a signature")

    page.get_by_role("button", name="Close", exact=True).click()
    sheet.get_by_role("combobox", name=re.compile("How did it end")).select_option("Won")
    sheet.get_by_role("button", name=re.compile("^Close")).last.click()
    expect(page.locator("#head")).to_contain_text("Closed")
    expect(feed(page)).to_contain_text("closed the case: Won")

    page.get_by_role("button", name="Reopen").click()
    sheet.get_by_role("button", name=re.compile("^Reopen")).last.click()
    expect(feed(page)).to_contain_text("reopened the case in Intake")
    expect(page.locator("[aria-current=step]")).to_contain_text("Intake")


def test_who_is_mentioned_finds_it_in_their_inbox(windows, house):
    case = house.open("Mention me")
    page = windows.window("colleague").case(case)
    page.get_by_label("Comment", exact=True).fill("@Olga Owner please")
    page.keyboard.press("Control+Enter")
    expect(feed(page)).to_contain_text("please")
    theirs = windows.window("owner").go("inbox")
    expect(theirs.locator("#inbox")).to_contain_text("mentioned you", timeout=15_000)
    theirs.set_viewport_size(PHONE)
    assert theirs.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    theirs.get_by_role("link", name="Mention me").first.click()
    expect(theirs).to_have_url(re.compile(f"/cases/{case.number}$"))


def test_a_form_in_place_is_left_with_escape(colleague, house):
    page = colleague.case(house.open("Escape", values={"company": "Before"}))
    page.get_by_role("button", name="Change Company").click()
    page.locator("#value-company").get_by_role("textbox", name="Company").fill("After")
    page.keyboard.press("Escape")
    expect(page.locator(".value-open")).to_have_count(0)
    expect(page.locator("#value-company")).to_contain_text("Before")


def test_a_field_that_is_needed_says_so_again_when_its_form_is_left(colleague, house):
    page = colleague.case(house.open("Needed"))
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.locator("#value-amount")).to_contain_text("needed for Approval")
    page.get_by_role("button", name="Change Amount").click()
    expect(page.locator("#field-amount")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#value-amount")).to_contain_text("needed for Approval")
    expect(page.get_by_role("button", name="Change Amount")).to_be_focused()


def test_a_refused_form_leads_to_the_first_thing_to_mend(colleague):
    page = colleague.go("boards/client-onboarding")
    page.keyboard.press("c")
    sheet = page.locator("dialog#dialog")
    sheet.get_by_label("Title").fill("Wrong below")
    sheet.get_by_text("more fields, now or later").click()
    sheet.get_by_label("Amount").fill("a lot")
    sheet.get_by_role("button", name="Open the case").click()
    expect(sheet.get_by_label("Amount")).to_be_focused()


def test_the_title_is_changed_in_place(colleague, house):
    page = colleague.case(house.open("Tytle"))
    page.get_by_role("button", name="Change the title").click()
    page.get_by_role("textbox", name="Title").fill("Title")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Title Change the title")).to_be_visible()


def test_a_reader_sees_everything_and_is_offered_nothing_they_may_not(windows, house):
    case = house.open("Only to be read")
    page = windows.window("reader").case(case)
    expect(page.get_by_role("heading", name="Only to be read")).to_be_visible()
    expect(page.get_by_role("button", name="Move to…")).to_have_count(0)
    expect(page.get_by_role("button", name="Close", exact=True)).to_have_count(0)
    expect(page.locator("#composer")).to_have_count(0)
    expect(page.get_by_role("link", name="New case")).to_have_count(0)
