"""Dialogs under somebody's hand: one can go back in them, and they say what they are about to do."""

import pytest
from playwright.sync_api import expect

from tenants.actions.teams import create_team
from tests.shots import world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def case(stage):
    """A case of the test's own, in Investigation."""
    by = world.actor(stage.world.user, stage.world.slug)
    _, number = world._case(by, "Backwards and forwards", "investigation", None, 0)
    return number


def test_back_keeps_what_was_typed_for_the_stage_that_is_chosen_then(page, stage, case):
    page.goto(stage.at(f"cases/{case}"))
    page.locator("#do-move").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Received").click()
    dialog.get_by_label("Why?").fill("It was not complete.")
    dialog.get_by_role("button", name="Back", exact=True).click()
    expect(dialog.locator(".menu-line:focus")).to_contain_text("Received")
    page.mouse.click(5, 5)  # beside the dialog: what was typed keeps it open
    dialog.get_by_role("button", name="Assessment").click()
    expect(dialog.get_by_label("Why?")).to_have_value("It was not complete.")
    dialog.get_by_role("button", name="Move to Assessment").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#head [aria-current=step]")).to_contain_text("Assessment")
    expect(page.locator("#feed")).to_contain_text("It was not complete.")
    expect(page.locator("#do-move")).to_be_focused()


def test_a_stage_on_the_strip_leads_to_its_form_and_back_to_the_strip_by_keyboard(page, stage, case):
    page.goto(stage.at(f"cases/{case}"))
    ask = page.locator("#strip-received")
    ask.press("Enter")
    expect(page.locator("#dialog").get_by_role("button", name="Move to Received")).to_be_visible()
    expect(page.locator("#dialog").get_by_label("Why?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(ask).to_be_focused()


def test_cancelling_a_case_names_it_says_what_happens_and_can_be_left(page, stage, case):
    page.goto(stage.at(f"cases/{case}"))
    page.get_by_role("button", name="More for this case").click()
    page.get_by_role("button", name="Cancel the case").click()
    dialog = page.get_by_role("dialog", name=f"Cancel case {case}?")
    expect(dialog).to_contain_text("It can be reopened.")
    dialog.get_by_role("button", name="Keep it", exact=True).click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="More for this case").click()
    page.get_by_role("button", name="Cancel the case").click()
    dialog.get_by_label("Why?").fill("They took it back.")
    dialog.get_by_role("button", name="Cancel case", exact=True).click()
    expect(page.locator("#head")).to_contain_text("Cancelled")


def test_a_question_names_what_it_is_about_and_does_nothing_when_it_is_kept(page, stage):
    create_team(by=world.actor(stage.world.user, stage.world.slug), name="Night watch")
    page.goto(stage.at("settings/teams"))
    row = page.locator("#teams li, #teams tr, #teams section", has_text="Night watch").last
    row.get_by_role("button", name="Night watch").last.click()
    page.get_by_role("button", name="Archive…").filter(visible=True).click()
    question = page.get_by_role("alertdialog", name="Archive the team Night watch?")
    expect(question).to_contain_text("This can be undone")
    expect(question.get_by_role("button", name="Keep it", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(page.locator("#teams")).not_to_contain_text("archived")
    row.get_by_role("button", name="Night watch").last.click()
    page.get_by_role("button", name="Archive…").filter(visible=True).click()
    question.get_by_role("button", name="Archive team", exact=True).click()
    expect(page.locator("#teams")).to_contain_text("archived")
