"""What people do all day, in a real browser: by mouse, by keyboard, and two at a time."""

import re

import pytest
from playwright.sync_api import expect

from cases.actions.commenting import comment_on_case
from tests.shots import world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def case(stage):
    """The address of the case that has a past."""
    return stage.at(f"cases/{stage.world.number}")


def same_as_reloaded(page, selector="#main"):
    """Assert that what was swapped into the page is what a reload shows."""
    read = f"""() => {{
        const shown = document.querySelector({selector!r}).cloneNode(true);
        const moving = "time[data-ago], .strip span, .column-age, [hx-trigger=load], .toasts, .menu-pop, script";
        for (const one of shown.querySelectorAll(moving)) one.remove();
        return [shown.textContent.replace(/\\s+/g, " ").trim(), shown.querySelectorAll("*").length];
    }}"""
    swapped = page.evaluate(read)
    page.reload()
    assert page.evaluate(read) == swapped


def test_a_field_is_changed_in_place_and_a_wrong_value_is_kept_with_its_reason(page, case):
    page.goto(case)
    page.get_by_label("Change Order or contract number").click()
    field = page.locator("#field-reference")
    expect(field).to_be_focused()
    field.fill("PO-9999")
    field.press("Enter")
    expect(page.locator("#value-reference")).to_contain_text("PO-9999")
    expect(page.get_by_label("Change Order or contract number")).to_be_focused()
    expect(page.locator("#feed .feed-line").first).to_contain_text("changed Order or contract number")
    same_as_reloaded(page)
    page.get_by_label("Change E-mail").click()
    page.locator("#field-email").fill("nonsense")
    page.locator("#field-email").press("Enter")
    expect(page.locator("#field-email-error")).to_be_visible()
    expect(page.locator("#field-email")).to_have_value("nonsense")
    page.locator("#field-email").press("Escape")
    expect(page.locator("#field-email")).to_have_count(0)
    expect(page.get_by_label("Change E-mail")).to_be_focused()


def test_a_stale_form_shows_what_changed_meanwhile_and_keeps_what_was_typed(page, context, case):
    page.goto(case)
    page.get_by_label("Change Order or contract number").click()
    page.locator("#field-reference").fill("MINE")
    other = context.new_page()
    other.goto(case)
    other.get_by_label("Change Order or contract number").click()
    other.locator("#field-reference").fill("THEIRS")
    other.locator("#field-reference").press("Enter")
    expect(other.locator("#value-reference")).to_contain_text("THEIRS")
    page.locator("#field-reference").press("Enter")
    expect(page.locator("#value-reference .notice")).to_contain_text("THEIRS")
    expect(page.locator("#field-reference")).to_have_value("MINE")
    page.locator("#field-reference").press("Enter")
    expect(page.locator("#value-reference dd")).to_contain_text("MINE")


def test_a_change_of_something_else_meanwhile_is_no_reason_to_refuse(page, stage, case):
    page.goto(case)
    page.get_by_label("Change Order or contract number").click()
    page.locator("#field-reference").fill("PO-1")
    by = world.actor(stage.world.user, stage.world.slug)
    comment_on_case(by=by, case_id=stage.world.case_id, text="Something else.")
    page.locator("#field-reference").press("Enter")
    expect(page.locator("#value-reference dd")).to_contain_text("PO-1")


def test_what_others_do_appears_without_a_reload_and_leaves_a_typed_comment_alone(page, stage, case):
    page.goto(case)
    page.locator("#comment").fill("Half a thought")
    by = world.actor(stage.world.user, stage.world.slug)
    comment_on_case(by=by, case_id=stage.world.case_id, text="From elsewhere.")
    expect(page.locator("#feed")).to_contain_text("From elsewhere.", timeout=12_000)
    expect(page.locator("#comment")).to_have_value("Half a thought")


def test_a_comment_names_somebody_and_is_sent_by_keyboard(page, case):
    page.goto(case)
    page.keyboard.press("r")
    page.keyboard.type("Hello @to")
    expect(page.get_by_role("listbox", name="People").get_by_text("Tom Berg")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).to_have_value("Hello @Tom Berg ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#feed .mention").first).to_have_text("@Tom Berg")
    expect(page.locator("#comment")).to_have_value("")


def test_a_case_is_moved_back_by_keyboard_with_the_reason_the_template_asks_for(page, case):
    page.goto(case)
    page.keyboard.press("m")
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Assessment").click()
    expect(page.locator("#act-reason")).to_be_focused()
    dialog.get_by_role("button", name="Move to Assessment").click()
    expect(page.locator("#act-reason-error")).to_be_visible()
    page.locator("#act-reason").fill("A second parcel turned up.")
    dialog.get_by_role("button", name="Move to Assessment").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator(".strip-here")).to_contain_text("Assessment")
    expect(page.locator("#feed")).to_contain_text("A second parcel turned up.")
    page.locator("#head").get_by_role("button", name="Investigation", exact=True).click()
    expect(page.locator(".strip-here")).to_contain_text("Investigation")
    same_as_reloaded(page)


def test_a_case_is_given_to_somebody_found_by_typing(page, case):
    page.goto(case)
    page.locator(".link-owner").click()
    page.locator("#act-owner").click()
    expect(page.locator(".picker-list").get_by_text("Li Wei")).to_be_visible()
    page.keyboard.type("sar")
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".link-owner")).to_contain_text("Sara Khan")
    page.keyboard.press("a")
    page.get_by_role("button", name="Take it myself").click()
    expect(page.locator(".link-owner")).to_contain_text("Ana Moreno")


def test_a_case_is_held_resumed_closed_and_reopened(page, case):
    page.goto(case)
    page.get_by_role("button", name="More for this case").click()
    page.locator("#case-more").get_by_text("Put on hold").click()
    page.locator("#act-reason").fill("Waiting for the lab")
    page.locator("#dialog").get_by_role("button", name="Put on hold").click()
    expect(page.locator("#head .notice")).to_contain_text("Waiting for the lab")
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Move to…")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.locator("#dialog").get_by_role("button", name="Close case").click()
    expect(page.locator("#act-outcome-error")).to_be_visible()
    page.locator("#act-outcome").select_option("upheld")
    page.locator("#dialog").get_by_role("button", name="Close case").click()
    expect(page.locator("#head")).to_contain_text("Upheld")
    page.get_by_role("button", name="Reopen").click()
    page.locator("#act-reason").fill("New facts")
    page.locator("#dialog").get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Move to…")).to_be_visible()


def test_a_case_is_opened_from_anywhere_and_the_form_keeps_what_was_typed(page, stage):
    page.goto(stage.at("inbox"))
    page.keyboard.press("c")
    dialog = page.locator("#dialog")
    expect(page.locator("#new-title")).to_be_focused()
    page.keyboard.type("Brand new")
    page.locator("#new-template").select_option("complaint-handling")
    expect(page.locator("#field-complainant")).to_be_visible()
    dialog.get_by_role("button", name="Open the case").click()
    expect(page.locator("#field-complainant-error")).to_be_visible()
    expect(page.locator("#new-title")).to_have_value("Brand new")
    page.locator("#field-complainant").fill("Zed")
    page.locator("#field-received_at").fill("2026-11-20T10:00")
    page.locator("#field-channel").select_option("phone")
    page.locator("#field-description").fill("It broke")
    dialog.get_by_role("button", name="Open the case").click()
    page.wait_for_url(re.compile("/cases/C-"))
    expect(page.locator("#toasts")).to_contain_text("is open")


def test_a_double_click_opens_one_case(page, stage):
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(stage.at("cases/new"))
    page.locator("#new-template").select_option("complaint-handling")
    page.locator("#field-complainant").fill("Zed")
    page.locator("#field-received_at").fill("2026-11-20T10:00")
    page.locator("#field-channel").select_option("phone")
    page.locator("#field-description").fill("It broke")
    page.locator("#new-title").fill("Clicked twice")
    sent.clear()
    page.get_by_role("button", name="Open the case").dblclick()
    page.wait_for_url(re.compile("/cases/C-"))
    page.goto(stage.at("cases?q=Clicked+twice"))
    expect(page.locator("tbody tr")).to_have_count(1)
    assert sent == [stage.at("cases/new")]


def test_a_key_pressed_the_moment_the_page_is_there_opens_the_dialog_not_another_page(page, stage):
    page.add_init_script(
        "addEventListener('DOMContentLoaded',"
        " () => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'c', bubbles: true})))"
    )
    page.goto(stage.at("inbox"))
    expect(page.locator("#dialog #new-title")).to_be_focused()
    assert page.url == stage.at("inbox")


def test_the_list_is_walked_and_searched_by_keyboard(page, stage):
    page.goto(stage.at("cases"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/cases/C-"))
    page.keyboard.press("/")
    page.keyboard.type("invoice")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr").first).to_contain_text("nvoice")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(re.compile("/boards$"))


def test_the_address_carries_filters_columns_and_order(page, stage):
    page.goto(stage.at("cases"))
    page.locator("#filters [name=template]").select_option("complaint-handling")
    page.wait_for_url(re.compile("template=complaint-handling"))
    page.get_by_role("button", name="Fields").click()
    page.locator("[name='field.severity']").select_option("serious")
    page.wait_for_url(re.compile("field.severity=serious"))
    expect(page.locator(".chip")).to_contain_text("Severity is Serious")
    page.get_by_label("Severity is empty").check()
    expect(page).to_have_url(re.compile(r"field\.severity\.empty=true"))
    expect(page.locator(".chip", has_text="Severity is empty")).to_be_visible()
    page.get_by_label("Severity is empty").uncheck()
    expect(page.locator(".chip")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Columns").click()
    page.locator("#columns").get_by_text("Compensation").click()
    page.keyboard.press("Escape")
    page.locator("th a", has_text="Compensation").click()
    page.wait_for_url(re.compile("sort=field.compensation"))
    expect(page.locator("th[aria-sort]")).to_contain_text("Compensation")
    expect(page.locator("#list_crumbs")).to_contain_text("Complaint handling")
    same_as_reloaded(page, "body")


def test_the_inbox_of_somebody_in_many_teams_fits_a_phone(page, stage):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(stage.at("inbox?tab=mine"))
    page.evaluate(
        "document.querySelector('.tabbar').innerHTML += document.querySelector('.tabbar').innerHTML"
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_focus_stays_in_a_dialog_whose_content_is_drawn_anew(page, case):
    page.goto(case)
    page.keyboard.press("m")
    expect(page.locator("#dialog .menu-line:focus")).to_have_count(1)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog").get_by_role("button", name="Back", exact=True)).to_be_visible()
    expect(page.locator("#dialog form :focus")).to_have_count(1)


def test_the_rows_of_a_choice_are_made_and_ordered_by_keyboard(page, stage):
    page.goto(stage.at("templates/complaint-handling/fields"))
    page.keyboard.press("f")
    expect(page.locator("#field-name")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#kind-long_text")).to_be_focused()
    page.locator("label:has(#kind-choice)").click()
    page.locator("#option-0").fill("First")
    page.locator("#option-0").press("Enter")
    expect(page.locator("#option-1")).to_be_focused()
    page.keyboard.type("Second")
    page.keyboard.press("Enter")
    expect(page.locator("#option-2")).to_be_focused()
    page.keyboard.type("Last")
    page.get_by_role("button", name="Move option 3 up").press("Enter")
    expect(page.locator("#option-1")).to_have_value("Last")
    expect(page.get_by_role("button", name="Move Last up")).to_be_focused()
    page.get_by_role("button", name="Remove Last").press("Enter")
    expect(page.locator("#option-1")).to_be_focused()
    expect(page.locator("#option-0")).to_have_value("First")
