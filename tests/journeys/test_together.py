"""Two people at the same case: one sees what the other does, and nobody overwrites anybody unseen."""

import time

import pytest
from playwright.sync_api import expect

from cases.actions.changing import change_fields
from cases.actions.moving import move_case

WITHIN = 1.0  # seconds from the act to the other screen, as promised
SLACK = 3.0  # for a machine that does other things as well


def did(house, act, **more):
    """Act as the owner, somewhere else."""
    return house.do(lambda: act(by=house.cast.owner.actor, **more))


@pytest.mark.parametrize("screen", ["case", "board", "list"])
def test_what_somebody_else_does_appears_without_a_reload(colleague, house, screen):
    case = house.open(f"Watched on the {screen}")
    page = colleague.listening(
        {
            "case": f"cases/{case.number}",
            "board": "boards/client-onboarding",
            "list": "cases?template=client-onboarding",
        }[screen]
    )
    page.evaluate("document.body.dataset.sameDocument = 'yes'")
    did(house, move_case, case_id=case.id, to="review")
    began = time.monotonic()
    there = {
        "case": page.locator("[aria-current=step]", has_text="Review"),
        "board": page.locator("#column-review").get_by_text(case.number),
        "list": page.locator(f"#row-{case.id}").get_by_text("Review"),
    }[screen]
    expect(there).to_be_visible(timeout=(WITHIN + SLACK) * 1000)
    assert page.evaluate("document.body.dataset.sameDocument") == "yes", "the page was loaded anew"
    assert time.monotonic() - began < WITHIN + SLACK


def test_where_the_stream_is_blocked_the_page_asks_by_itself(windows, house):
    case = house.open("Watched by asking")
    window = windows.window("colleague")
    window.expected = ["net::ERR_FAILED"]
    window.page.context.route(f"{house.product.live_url}/**", lambda route: route.abort())
    page = window.case(case)
    page.wait_for_selector("body[data-live-state=polling]", state="attached")
    did(house, move_case, case_id=case.id, to="review")
    expect(page.locator("[aria-current=step]")).to_contain_text("Review", timeout=12_000)


def test_a_form_that_somebody_is_typing_in_is_left_alone(colleague, house):
    case = house.open("Being typed in", values={"company": "Before", "share": "1"})
    page = colleague.listening(f"cases/{case.number}")
    page.get_by_role("button", name="Change Company").click()
    box = page.locator("#value-company").get_by_role("textbox", name="Company")
    box.fill("Half a wor")
    did(house, change_fields, case_id=case.id, values={"share": "2", "company": "Theirs"})
    expect(page.locator("#value-share")).to_contain_text("2")
    expect(box).to_have_value("Half a wor")
    expect(box).to_be_focused()


def test_a_move_on_an_old_page_says_what_happened_and_asks_again(windows, house):
    case = house.open("Moved meanwhile")
    window = windows.window("colleague")
    window.page.context.route(f"{house.product.live_url}/**", lambda route: route.abort())
    window.expected = ["net::ERR_FAILED"]
    page = window.case(case)
    page.keyboard.press("m")
    sheet = page.locator("dialog#dialog")
    expect(sheet.get_by_role("button", name="Review")).to_be_visible()
    did(house, change_fields, case_id=case.id, title="Moved meanwhile, and renamed")
    sheet.get_by_role("button", name="Review").click()
    expect(sheet).to_contain_text("Changed meanwhile.")
    expect(sheet).to_contain_text("Olga Owner changed Title.")
    sheet.get_by_role("button", name="Review").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Review")
