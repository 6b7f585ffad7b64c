"""The board: by mouse and by keyboard."""

import re

from playwright.sync_api import Page, Route, expect

from cases.actions.changing import change_fields
from tests.journeys.people import PHONE, Doorman, House


def ticket(page: Page, case):
    """A case's card."""
    return page.locator(f"#ticket-{case.id}")


def press(page: Page, case) -> None:
    """Press the mouse on a card."""
    card = ticket(page, case)
    card.scroll_into_view_if_needed()
    card.hover(position={"x": 120, "y": 14})  # waits until the card stands still
    page.mouse.down()


def pull(page: Page, case) -> None:
    """Pull the card that the mouse is pressed on a little."""
    box = ticket(page, case).bounding_box()
    page.mouse.move(box["x"] + 132, box["y"] + 24, steps=4)


def lift(page: Page, case) -> None:
    """Take a card with the mouse and pull it a little."""
    press(page, case)
    pull(page, case)


def over(page: Page, stage: str) -> None:
    """Carry what is held over a column."""
    box = page.locator(f"#column-{stage} [data-cards]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40, steps=12)


def test_a_card_is_carried_to_the_next_stage_with_the_mouse(colleague, house):
    case = house.open("Carry me")
    page = colleague.go("boards/client-onboarding")
    lift(page, case)
    expect(page.locator("#column-review")).to_have_class(re.compile(r"\bmay\b"))
    expect(page.locator("#column-done")).to_have_class(re.compile(r"\bmay-not\b"))
    expect(page.locator("#column-done [data-why]")).to_have_text(
        "The template does not allow going from Intake to Done."
    )
    expect(page.locator("#column-approval [data-why]")).to_have_text("Fill in first: Amount.")
    over(page, "review")
    page.mouse.up()
    expect(page.locator("#column-review").get_by_text(case.number)).to_be_visible()
    colleague.says(case.number)
    page.reload()
    expect(page.locator("#column-review").get_by_text(case.number)).to_be_visible()


def test_a_card_dropped_where_it_may_not_go_stays_where_it_was(colleague, house):
    case = house.open("Leave me")
    page = colleague.go("boards/client-onboarding")
    lift(page, case)
    over(page, "review")
    expect(page.locator("#column-review").get_by_text(case.number)).to_be_visible()
    over(page, "done")
    page.mouse.up()
    expect(page.locator("#column-intake").get_by_text(case.number)).to_be_visible()
    expect(page.locator("#column-done").get_by_text(case.number)).to_have_count(0)


def test_a_card_in_somebodys_hand_is_not_taken_away_by_what_others_do(colleague, house):
    case, other = house.open("In my hand"), house.open("Somebody else's")
    page = colleague.listening("boards/client-onboarding")
    asked: list[Route] = []
    page.route(lambda _: True, lambda route: _keep_if_live(route, asked))
    house.do(lambda: change_fields(by=house.cast.owner.actor, case_id=other.id, title="Named anew before"))
    _until(page, lambda: asked)  # the page has asked again, and the answer is under way
    press(page, case)
    asked[0].continue_()
    house.do(lambda: change_fields(by=house.cast.owner.actor, case_id=other.id, title="Named anew meanwhile"))
    page.wait_for_timeout(2000)  # longer than an answer and an announcement take
    expect(page.get_by_text("Named anew")).to_have_count(0)
    pull(page, case)
    expect(page.locator("#column-review")).to_have_class(re.compile(r"\bmay\b"))
    page.unroute_all()
    over(page, "review")
    page.mouse.up()
    expect(page.locator("#column-review").get_by_text(case.number)).to_be_visible()
    expect(page.get_by_text("Named anew meanwhile")).to_be_visible()


def _keep_if_live(route: Route, asked: list[Route]) -> None:
    asked.append(route) if "x-live" in route.request.headers else route.continue_()


def _until(page: Page, true) -> None:
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not come about within ten seconds.")


def test_who_may_not_move_cases_is_offered_no_way(windows, house):
    case = house.open("Only look")
    page = windows.window("reader").go("boards/client-onboarding")
    expect(ticket(page, case)).to_be_visible()
    expect(ticket(page, case).get_by_role("button", name=re.compile("Move"))).to_have_count(0)
    expect(page.locator(".board-live")).to_have_count(0)


def test_a_case_is_found_and_moved_by_keys_alone(colleague, house):
    case = house.open("By keys alone")
    page = colleague.go("boards/client-onboarding")
    card = page.locator(f"#ticket-{case.id}")
    page.keyboard.press("j")
    expect(page.locator("[data-ticket] a[data-open]").first).to_be_focused()
    card.get_by_role("link").first.focus()
    page.keyboard.press("m")
    expect(page.locator("dialog#dialog").get_by_role("button", name=re.compile("^Review"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#column-review").locator(f"#ticket-{case.id}")).to_be_visible()


def test_an_empty_board_says_how_to_begin_without_a_keyboard_where_there_is_none(windows, house):
    page = windows.window("owner", viewport=PHONE, has_touch=True, is_mobile=True).go(
        "boards/complaint-handling"
    )
    expect(page.get_by_text("Press c")).to_be_hidden()
    page.get_by_role("link", name="Open a case of Complaint handling").tap()
    expect(page.locator("dialog#dialog")).to_contain_text("New case")


def test_a_guest_is_not_told_that_nothing_runs_where_they_see_nothing(browser, product, tmp_path):
    house = House(product)  # of its own: no other test has given its guest anything
    house.open("Not for guests")
    doorman = Doorman(browser, house, tmp_path)
    page = doorman.window("guest").go("boards/client-onboarding")
    expect(
        page.get_by_text("You see cases of Client onboarding that are given to you or your teams.")
    ).to_be_visible()
    expect(page.get_by_text("Nothing is running")).to_have_count(0)
    assert doorman.close() == []
