"""Every main screen in light, in dark and on a phone: no barrier axe knows of, nothing too wide, no complaint."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.shots.__main__ import MODES, SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
MANY_COLUMNS = (
    "title", "template", "stage", "owner", "team", "stage_entered_at", "opened_at", "changed_at", "hold_until",
    "external_ref",
)  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_is_open_to_everybody(page, stage, mode):
    width, height = MODES[mode]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    faults = []
    for name, path in SCREENS.items():
        answer = page.goto(stage.at(path.format(number=stage.world.number, event=stage.world.event_id)))
        assert answer.status == 200, name
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        violations = Axe().run(page).response["violations"]
        faults += [f"{name}: {each['id']} at {each['nodes'][0]['target']}" for each in violations]
        faults += [f"{name}: {too_wide} px too wide"] if too_wide > 0 else []
    assert faults == []


def test_a_name_on_a_card_has_the_whole_line_until_its_button_is_wanted(page, stage):
    page.goto(stage.at("boards/complaint-handling"))
    cut = page.evaluate("""[...document.querySelectorAll(".ticket .person > span:last-child")]
        .filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent)""")
    assert cut == []


def test_a_list_shows_all_its_first_columns_on_a_usual_screen(page, stage):
    page.goto(stage.at("cases?template=complaint-handling"))
    hidden = page.locator(".table-wrap").evaluate("table => table.scrollWidth - table.clientWidth")
    assert hidden <= 0


@pytest.mark.parametrize(
    "columns", ["", "&" + "&".join(f"col={key}" for key in MANY_COLUMNS)], ids=["few", "many"]
)
def test_the_headings_of_a_list_stay_in_sight(page, stage, columns):
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(stage.at(f"cases?status=all{columns}"))
    expect(page.locator(".long-table")).to_have_class(re.compile("too-wide" if columns else "fits"))
    page.locator("[data-row]").last.scroll_into_view_if_needed()
    heading, last = page.locator("thead th").first, page.locator("[data-row]").last
    expect(heading).to_be_in_viewport(ratio=1)
    bar, head = page.locator(".topbar").bounding_box(), heading.bounding_box()
    assert head["y"] >= bar["y"] + bar["height"] - 2, "the bar does not lie over them"
    assert head["y"] + head["height"] <= last.bounding_box()["y"]
    if not columns:
        assert head["y"] <= bar["y"] + bar["height"], "no row shows between the bar and them"


def test_a_heading_pressed_by_keyboard_sorts_and_says_so(page, stage):
    page.goto(stage.at("cases"))
    expect(page.locator("#unseen-order")).to_have_attribute("title", re.compile("Opened, descending"))
    heading = page.locator("th", has_text="Number")
    expect(heading.locator("svg")).to_have_class(re.compile("th-order"))
    heading.get_by_role("link").focus()
    for order in ("ascending", "descending"):
        page.keyboard.press("Enter")
        expect(heading).to_have_attribute("aria-sort", order)
        expect(heading.get_by_role("link")).to_be_focused()
    expect(page.locator("#unseen-order")).to_have_count(0)


def test_all_stages_of_a_template_and_the_place_for_another_are_in_sight(page, stage):
    page.goto(stage.at("templates/client-onboarding"))
    flow = page.locator("#flow")
    assert flow.locator("> li").count() > 7
    assert flow.evaluate("flow => flow.scrollWidth - flow.clientWidth") <= 0
    expect(page.locator("#add-stage")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(flow).to_have_css("--fade-end", "24px")  # a phone has one row: it fades out where it goes on


def test_the_title_and_the_tools_of_a_board_share_a_line_on_a_phone(page, stage):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(stage.at("boards/client-onboarding"))
    title, tools = (page.locator(each).bounding_box() for each in (".topbar-title", ".topbar-tools"))
    assert tools["y"] < title["y"] + title["height"]


def test_a_long_choice_ends_before_the_caret(page, stage):
    page.goto(f"{stage.url}/organizations/new")
    assert (
        page.locator("select[name=locale]").evaluate("e => getComputedStyle(e).display") == "inline-block"
    ), "the text of a flex box runs under the caret"


def test_the_mark_of_an_event_stays_round_on_a_phone(page, stage):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(stage.at(f"timeline/{stage.world.event_id}"))
    mark = page.locator(".event-said .feed-mark").bounding_box()
    assert mark["width"] == mark["height"]


def test_a_value_of_one_long_word_stays_inside_its_timeline(page, stage):
    page.goto(stage.at(f"cases/{stage.world.number}"))
    page.get_by_label("Change Order or contract number").click()
    page.locator("#field-reference").fill("X" * 300)
    page.locator("#field-reference").press("Enter")
    expect(page.locator("#feed .feed-line").first).to_contain_text("X" * 300)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_title_of_one_long_word_leaves_the_acts_on_a_phone(page, stage):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(stage.at(f"cases/{stage.world.number}"))
    page.locator("#title h2").evaluate("title => title.prepend('Donaudampfschifffahrt'.repeat(6))")
    move = page.locator("#do-move").bounding_box()
    assert move["x"] + move["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_menu_of_a_timeline_stays_beside_its_heading_once_it_is_verified(page, stage):
    page.goto(stage.at(f"cases/{stage.world.number}"))
    page.locator("#verification").get_by_text("Verify").click()
    expect(page.locator("#verification")).to_contain_text("Chain verified")
    menu = page.get_by_role("button", name="More for this timeline").bounding_box()
    heading = page.get_by_role("heading", name="Timeline").bounding_box()
    assert abs((menu["y"] + menu["height"] / 2) - (heading["y"] + heading["height"] / 2)) < menu["height"]


def test_a_case_on_paper_shows_what_is_known_and_nothing_to_press(page, stage):
    page.goto(stage.at(f"cases/{stage.world.number}"))
    page.emulate_media(media="print")
    for part in (".sidebar", ".bottombar", ".topbar-tools", ".case-acts", ".composer"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("heading", name=stage.world.number)).to_be_visible()
    expect(page.locator("#feed .feed-line").first).to_be_visible()
