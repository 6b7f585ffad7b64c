"""The board under somebody's hand: dragged by mouse, walked and moved by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from templates_app.definition import Definition, Stage
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


def test_escape_leaves_a_card_where_it_was(board):
    card = board.locator("#column-investigation [data-ticket]").first
    id_ = card.get_attribute("id")
    target = board.locator("#column-waiting_for_complainant")
    lift(board, card, target)
    expect(target.locator(f"#{id_}")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator(f"#column-investigation #{id_}")).to_be_visible()
    board.mouse.up()
    expect(board.locator(".board")).not_to_have_class(re.compile("dragging"))
    expect(board.locator("#toasts .toast-line")).to_have_count(0)


def test_a_card_dropped_on_the_name_of_a_stage_moves_there(board):
    card = board.locator("#column-assessment [data-ticket]:not(:has(.tone-warning))").first
    id_ = card.get_attribute("id")
    target = board.locator("#column-investigation")
    lift(board, card, target)
    head = target.locator("h2").bounding_box()
    board.mouse.move(head["x"] + 20, head["y"] + 5, steps=4)
    board.mouse.up()
    expect(board.locator("#toasts")).to_contain_text("Moved to Investigation")
    expect(target.locator(f"#{id_}")).to_be_visible()


NINE = ("Received at the counter", "Waiting for the complainant’s documents", "Investigation by an external authority",
        "Second opinion", "Decision by the board of appeal of the whole organization", "Response", "Putting it right",
        "Follow-up", "Resolved")  # fmt: skip


def test_the_names_of_nine_stages_are_whole_or_become_so_when_they_are_looked_for(page, stage):
    by = world.actor(stage.world.user, stage.world.slug)
    stages = [Stage(f"s{n}", name, category="done" if n == 8 else "open") for n, name in enumerate(NINE)]
    template = create_template(by=by, definition=Definition("Nine stages", "N-{number}", tuple(stages)))
    publish_template(by=world.actor(stage.world.user, stage.world.slug), template_id=template.id)
    page.goto(stage.at("boards/nine-stages"))
    names = page.locator(".column-head h2")
    cut = (
        "all => all.filter((one) => one.scrollHeight > one.clientHeight + 1"
        " || one.scrollWidth > one.clientWidth + 1).length"
    )
    lines = names.evaluate_all(
        "all => all.map((one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
    )
    assert max(lines) < 2.2
    assert names.evaluate_all(cut) <= 1, "but the longest, names fit two lines"
    page.locator(".board").focus()
    page.keyboard.press("ArrowRight")
    assert names.evaluate_all(cut) == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    heads = page.locator(".column-head").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert len(set(heads)) == 1


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
