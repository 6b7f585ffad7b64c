"""The board under somebody's hand: dragged by mouse, walked and moved by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.shots import world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def board(page, stage):
    """The board, ready to be dragged on."""
    page.goto(stage.at("boards/complaint-handling"))
    page.wait_for_selector("html[data-ready]", state="attached")
    page.wait_for_load_state("networkidle")
    return page


def lift(page, card, over):
    """Take a card and hold it over a column."""
    start, end = card.bounding_box(), over.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 50)
    page.mouse.down()
    page.mouse.move(start["x"] + 75, start["y"] + 60, steps=4)
    page.mouse.move(end["x"] + 80, end["y"] + 90, steps=8)


def test_a_card_dropped_on_another_stage_moves_the_case(board):
    target = board.locator("#column-waiting_for_complainant")
    card = board.locator("#column-investigation [data-ticket]").first
    id_ = card.get_attribute("id")
    lift(board, card, target)
    expect(target).to_have_class("column may")
    board.mouse.up()
    expect(target.locator(f"#{id_}")).to_be_visible()
    expect(board.locator("#toasts")).to_contain_text("Moved")
    board.reload()
    expect(target.locator(f"#{id_}")).to_be_visible()


def test_a_stage_that_cannot_take_the_card_is_dimmed_and_says_why(board):
    untouched = board.locator("#column-received [data-ticket]:not(:has(.tone-warning))")
    card = untouched.filter(has_not_text="What it is about").first  # others came back with all filled in
    id_ = card.get_attribute("id")
    target = board.locator("#column-investigation")
    lift(board, card, target)
    expect(target.locator("[data-why]")).to_contain_text("Fill in first")
    board.mouse.up()
    expect(board.locator(f"#column-received #{id_}")).to_be_visible()
    expect(board.locator("#toasts .toast-line")).to_have_count(0)


def test_a_way_back_asks_for_the_reason_before_the_card_stays(board):
    card = board.locator("#column-assessment [data-ticket]:not(:has(.tone-warning))").first
    id_ = card.get_attribute("id")
    lift(board, card, board.locator("#column-received"))
    board.mouse.up()
    board.locator("#act-reason").fill("It was not complete.")
    expect(board.locator(f"#column-assessment #{id_}")).to_be_attached()
    board.locator("#dialog").get_by_role("button", name="Move to Received").click()
    expect(board.locator(f"#column-received #{id_}")).to_be_attached()


def test_cards_are_walked_by_arrows_and_moved_with_m(board):
    board.locator("#column-assessment a[data-open]").first.focus()
    board.keyboard.press("ArrowRight")
    focused = board.evaluate("document.activeElement.closest('[data-stage]').dataset.stage")
    assert focused == "investigation"
    id_ = board.evaluate("document.activeElement.closest('[data-ticket]').id")
    board.keyboard.press("m")
    board.locator("#dialog").get_by_role("button", name="Waiting for others").click()
    expect(board.locator(f"#column-waiting_for_others #{id_}")).to_be_attached()


def test_m_and_enter_move_a_card_forward_and_arrows_choose_another_stage(board, stage):
    # A case of its own: another test may have moved all but those on hold.
    world._case(world.actor(stage.world.user, stage.world.slug), "By keys alone", "assessment", None, 0)
    board.reload()
    board.wait_for_load_state("networkidle")
    board.locator("#column-assessment [data-ticket]", has_text="By keys alone").locator(
        "a[data-open]"
    ).focus()
    id_ = board.evaluate("document.activeElement.closest('[data-ticket]').id")
    board.keyboard.press("m")
    expect(board.locator("#dialog .menu-line:focus")).to_contain_text("forward")
    forward = board.evaluate("document.activeElement.value")
    board.keyboard.press("ArrowDown")
    assert board.evaluate("document.activeElement.value") != forward
    board.keyboard.press("ArrowUp")
    board.keyboard.press("Enter")
    expect(board.locator(f"#column-{forward} #{id_}")).to_be_attached()
