"""The board on a phone: a card is lifted by a long press, carried past the edges, let go or given up."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.shots import world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WIDTH, HEIGHT = 390, 844


class Finger:
    """One finger on the glass, as the system tells the browser of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.session.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": True},
        )
        self.session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
        self.x = self.y = 0.0

    def down(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        self._tell("touchStart")

    def to(self, x: float, y: float, steps: int = 12) -> None:
        """Glide there, a frame at a time."""
        from_x, from_y = self.x, self.y
        for n in range(1, steps + 1):
            self.x, self.y = from_x + (x - from_x) * n / steps, from_y + (y - from_y) * n / steps
            self._tell("touchMove")
            self.page.wait_for_timeout(16)

    def up(self) -> None:
        self._tell("touchEnd")

    def taken_away(self) -> None:
        """A call comes in, or the system's own gesture begins."""
        self._tell("touchCancel")

    def lift(self, card) -> None:
        """Press on a card until it is lifted, and pull it a little."""
        card.scroll_into_view_if_needed()
        box = card.bounding_box()
        self.down(box["x"] + box["width"] / 2, box["y"] + 40)
        expect(card).to_have_class(re.compile("sortable-chosen"))
        self.to(self.x + 12, self.y + 12, 4)
        expect(self.page.locator(".board")).to_have_class(re.compile("by-finger"))

    def carry_to(self, column) -> None:
        """Hold the card near an edge until the column has come under the middle of the screen, then over it."""
        for _ in range(40):
            box = column.bounding_box()
            aside = box["x"] + box["width"] / 2 - WIDTH / 2
            self.to(WIDTH / 2, 300, 3)
            if abs(aside) < 110:
                return
            self.to(WIDTH - 25 if aside > 0 else 25, 300, 3)
            self.page.wait_for_timeout(min(abs(aside) * 2, 400))
        raise AssertionError("the board does not scroll to the column")

    def _tell(self, kind: str) -> None:
        points = [] if kind in ("touchEnd", "touchCancel") else [{"x": self.x, "y": self.y}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture
def finger(page, stage):
    """A finger over the board, which is there and quiet."""
    touching = Finger(page)
    page.goto(stage.at("boards/complaint-handling"))
    page.wait_for_selector("html[data-ready]", state="attached")
    return touching


@pytest.fixture
def card(page, stage, finger):
    """Make a card of the test's own: `card(reached)`."""

    def made(reached: str):
        by = world.actor(stage.world.user, stage.world.slug)
        id_, _ = world._case(by, "Under my finger", reached, None, 0)
        page.reload()
        page.wait_for_selector("html[data-ready]", state="attached")
        return page.locator(f"#ticket-{id_}")

    return made


def column_of(page, card) -> str:
    return card.evaluate("one => one.closest('[data-stage]').dataset.stage")


def test_a_card_is_lifted_carried_past_the_edge_and_dropped(page, finger, card):
    mine = card("assessment")
    target = page.locator("#column-investigation")
    finger.lift(mine)
    expect(target).to_have_class("column may")
    finger.carry_to(target)
    expect(target.locator("[data-ticket].sortable-chosen")).to_have_count(1)
    finger.up()
    expect(page.locator("#toasts")).to_contain_text("Moved to Investigation")
    page.reload()
    assert column_of(page, mine) == "investigation"


def test_a_stage_that_cannot_take_it_is_dimmed_says_why_and_leaves_the_card(page, finger, card):
    mine = card("received")
    target = page.locator("#column-investigation")
    finger.lift(mine)
    expect(target).to_have_class("column may-not")
    finger.carry_to(target)
    expect(target.locator("[data-why]")).to_be_visible()
    expect(target.locator("[data-why]")).to_contain_text("Fill in first")
    finger.up()
    expect(page.locator(".board")).not_to_have_class(re.compile("dragging"))
    assert column_of(page, mine) == "received"
    expect(page.locator("#toasts .toast-line")).to_have_count(0)


def test_a_card_is_given_up_at_the_bottom_or_when_the_finger_is_taken_away(page, finger, card):
    mine = card("assessment")
    for give_up in (lambda: (finger.to(WIDTH / 2, HEIGHT - 20), finger.up()), finger.taken_away):
        finger.lift(mine)
        expect(page.get_by_text("Drop it here to leave it where it was")).to_be_visible()
        finger.carry_to(page.locator("#column-investigation"))
        expect(page.locator("#column-investigation .sortable-chosen")).to_have_count(1)
        give_up()
        expect(page.locator(".board")).not_to_have_class(re.compile("dragging"))
        assert column_of(page, mine) == "assessment"
    expect(page.locator("#toasts .toast-line")).to_have_count(0)


def test_a_quick_swipe_scrolls_the_board_and_lifts_nothing(page, finger, card):
    mine = card("assessment")
    mine.scroll_into_view_if_needed()
    box = mine.bounding_box()
    before = page.locator(".board").evaluate("board => board.scrollLeft")
    finger.down(box["x"] + 250, box["y"] + 40)
    finger.to(box["x"] + 20, box["y"] + 40, 6)
    finger.up()
    expect(page.locator(".sortable-chosen")).to_have_count(0)
    page.wait_for_function("before => document.querySelector('.board').scrollLeft > before", arg=before)
    assert column_of(page, mine) == "assessment"


def test_a_long_press_asks_nothing_about_the_link_under_it(page, finger, card):
    mine = card("assessment")
    mine.scroll_into_view_if_needed()
    box = mine.bounding_box()
    finger.down(box["x"] + 60, box["y"] + 40)
    expect(mine).to_have_class(re.compile("sortable-chosen"))
    asked = "one => !one.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
    assert mine.locator("a[data-open]").evaluate(asked)
    finger.taken_away()
    expect(page.locator(".sortable-chosen")).to_have_count(0)
    expect(page.locator("html")).not_to_have_class(re.compile("held"))
