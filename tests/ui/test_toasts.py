"""Messages stand where they are in nobody's way, can be clicked above a dialog, and go when they are told to."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SAY = """(text) => {
    const line = document.querySelector("#toast-shape").content.firstElementChild.cloneNode(true);
    line.classList.add("tone-danger");
    line.querySelector("[data-text]").textContent = text;
    document.getElementById("toasts").append(line);
}"""
COVERED = """() => {
    const mine = document.getElementById("toasts").getBoundingClientRect();
    const house = document.querySelector("dialog:modal") ?? document;
    return [...house.querySelectorAll("form button, form input, form select, form textarea")].filter((each) => {
        const area = each.getBoundingClientRect();
        return !each.closest("#toasts") && each.checkVisibility() && area.width > 1
            && area.left < mine.right && area.right > mine.left && area.top < mine.bottom && area.bottom > mine.top;
    }).map((each) => each.outerHTML.slice(0, 90));
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("path", ["settings", "settings/members/invite"])
def test_a_message_covers_nothing_of_a_form(page, stage, path, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(stage.at(path))
    page.evaluate(SAY, "Saved")
    expect(page.locator("#toasts")).to_be_visible()
    assert page.evaluate(COVERED) == []


def test_a_message_stands_clear_of_a_button_in_its_corner(page, stage):
    page.goto(stage.at("inbox"))
    page.evaluate("""() => {
        const save = Object.assign(document.createElement("button"), { textContent: "Save", className: "btn" });
        Object.assign(save.style, { position: "fixed", right: "20px", bottom: "20px" });
        document.querySelector("main").append(save);
    }""")
    page.evaluate(SAY, "Saved")
    page.get_by_role("button", name="Save", exact=True).click()  # fails where something lies above it


def test_above_a_dialog_a_message_can_be_clicked_and_escape_closes_it_alone(page, stage):
    page.goto(stage.at("inbox"))
    page.evaluate(SAY, "Said before the dialog")
    page.keyboard.press("c")
    expect(page.locator("#new-title")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Dismiss").click()
    expect(page.locator("#toasts > *")).to_have_count(0)
    page.evaluate(SAY, "Said above the dialog")
    page.locator("#toasts").get_by_role("button", name="Dismiss").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#toasts > *")).to_have_count(0)
    expect(page.locator("#dialog")).to_be_visible()


def test_a_message_outlives_the_dialog_it_stood_in_and_a_click_closes_it(page, stage):
    page.goto(stage.at("inbox"))
    page.keyboard.press("c")
    expect(page.locator("#new-title")).to_be_visible()
    page.evaluate(SAY, "Still here")
    page.locator("#dialog").get_by_role("button", name="Cancel").click()
    expect(page.locator("#dialog")).to_be_hidden()
    page.locator("#toasts").get_by_text("Still here").click()
    expect(page.locator("#toasts > *")).to_have_count(0)
