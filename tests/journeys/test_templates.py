"""A designer makes a template without code, publishes it, and changes it while a case runs."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from templates_app.actions.creating import create_template
from templates_app.actions.fields import add_field
from templates_app.actions.publishing import publish_template
from templates_app.queries import design
from tenants.scope import reading, scoped_to
from tests.journeys.people import PHONE


@pytest.fixture
def designer(windows):
    """The designer's window."""
    return windows.window("designer")


@pytest.fixture
def draft(house):
    """A fresh template of three stages."""

    def make(name: str, *, published: bool = False):
        designer = house.cast.designer
        template = house.do(lambda: create_template(by=designer.actor, name=name))
        if published:
            house.do(lambda: publish_template(by=designer.actor, template_id=template.id))
        return template

    return make


def definition_of(house, template):
    """What is being edited, read from the database."""

    def look():
        with scoped_to(house.cast.organization.id), reading():
            return design(template.key).definition

    return house.do(look)


def stages(page: Page):
    """The stages of the strip, from left to right."""
    return page.locator("#flow > .flow-stage")


def test_a_template_is_made_by_keyboard_and_a_case_is_opened_with_it(designer, house):
    page = designer.go("templates")
    page.get_by_role("link", name="New template").focus()
    page.keyboard.press("Enter")
    page.locator("#new-template-name").fill("Travel request")
    page.keyboard.press("Enter")
    page.wait_for_url("**/templates/travel-request")
    designer.ready()
    page.locator("#new-stage").fill("Manager's yes")
    page.keyboard.press("Enter")
    expect(stages(page)).to_have_count(4)
    expect(page.locator("#new-stage")).to_have_value("")
    page.locator("#back-manager_s_yes").focus()
    page.keyboard.press("Enter")
    expect(stages(page).nth(1)).to_have_id("flow-manager_s_yes")
    expect(page.locator("#back-manager_s_yes")).to_be_focused()
    page.locator("#name-to_do").fill("Requested")
    page.keyboard.press("Enter")
    expect(page.locator("#stage-title")).to_have_text("Requested")

    page.get_by_label("Parts of the template").get_by_role("link", name="Fields").click()
    designer.ready()
    page.keyboard.press("f")
    expect(page.locator("#field-name")).to_be_focused()
    page.keyboard.type("Destination")
    page.locator("#field-required").select_option(label="Requested")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator("#field-list")).to_contain_text("Destination")

    page.keyboard.press("p")
    page.get_by_role("button", name="Publish version 1").click()
    designer.says("Version 1 is in force")
    page.goto(f"{house.base}/cases/new?template=travel-request")
    designer.ready()
    page.locator("#new-title").fill("Lisbon in May")
    page.get_by_label("Destination").fill("Lisbon")
    page.locator("#new-case-form").get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("list", name="Stages")).to_contain_text("Requested")


def test_a_stage_added_while_a_case_runs_appears_on_its_page(designer, draft, house):
    template = draft("Running", published=True)
    case = house.open("Under way", template=template.key)
    page = designer.go(f"templates/{template.key}")
    page.locator("#new-stage").fill("Second look")
    page.keyboard.press("Enter")
    expect(page.locator("#flow-second_look")).to_be_visible()
    page.get_by_role("link", name=re.compile("^If published")).click()
    designer.ready()
    expect(page.locator("#designer")).to_contain_text("The stage “Second look” is new.")
    expect(page.locator("#designer")).to_contain_text("One running case follows")
    page.keyboard.press("p")
    page.get_by_role("button", name="Publish version 2").click()
    designer.says("Version 2 is in force")
    page.goto(f"{house.base}/cases/{case.number}")
    expect(page.get_by_role("list", name="Stages")).to_contain_text("Second look")


def test_stages_are_dragged_and_stay_where_they_were_put(designer, draft, house):
    template = draft("Dragging")
    page = designer.go(f"templates/{template.key}")
    target = page.locator("#flow-in_progress")
    page.locator("#flow-to_do [data-handle]").drag_to(target, target_position={"x": 150, "y": 40})
    expect(stages(page).first).to_have_id("flow-in_progress")
    expect(page.get_by_role("link", name=re.compile("^If published"))).to_contain_text("3")
    page.reload()
    expect(stages(page).first).to_have_id("flow-in_progress")
    assert definition_of(house, template).path == ("in_progress", "to_do", "done")


def test_what_was_typed_stays_beside_what_is_wrong_with_it(designer, draft):
    template = draft("Typing")
    page = designer.go(f"templates/{template.key}")
    page.locator("#name-to_do").fill("Done")
    page.keyboard.press("Tab")
    expect(page.locator("#name-to_do-error")).to_contain_text("already")
    expect(page.locator("#name-to_do")).to_have_value("Done")
    page.goto(f"{page.url}/numbers")
    designer.ready()
    page.locator("#pattern").fill("X-{nummer}")
    expect(page.locator("#number_preview")).to_contain_text("{nummer} is not known")
    page.keyboard.press("Enter")
    expect(page.locator("#pattern")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#pattern")).to_have_value("X-{nummer}")
    page.locator("#pattern").fill("TY-{number:03}")
    expect(page.locator("#number_preview")).to_contain_text("TY-001")


def test_edits_made_faster_than_they_are_answered_are_all_kept(designer, draft, house):
    template = draft("Fast")
    page = designer.go(f"templates/{template.key}/moves")
    for box in (
        "ban-done-to_do",
        "ban-done-in_progress",
        "ban-in_progress-to_do",
        "reason-skip",
        "reason-hold",
    ):
        page.locator(f"#{box}").click(no_wait_after=True)
    expect(page.get_by_role("link", name=re.compile("^If published"))).to_contain_text("8")
    definition = definition_of(house, template)
    assert len(definition.forbidden_moves) == 3
    assert definition.reason_kinds == {"skip", "hold"}
    page.get_by_role("link", name="Needs a reason").click()
    page.locator("#ask-to_do-done").click()
    expect(page.get_by_role("link", name=re.compile("^If published"))).to_contain_text("9")
    assert definition_of(house, template).reason_moves == {("to_do", "done")}


def test_what_was_asked_before_another_view_was_opened_does_not_take_the_page_back(designer, draft):
    template, held = draft("Late"), []
    page = designer.go(f"templates/{template.key}/moves")
    designer.ready()
    page.route(
        "**/moves", lambda r: held.append((r, r.fetch())) if "x-live" in r.request.headers else r.continue_()
    )
    page.evaluate("document.dispatchEvent(new Event('casefy:look-again'))")
    while not held:  # the answer is there, and kept back (a test that hangs is ended by its time limit)
        page.wait_for_timeout(20)
    page.get_by_role("link", name="Needs a reason").click()
    expect(page.locator("#ask-to_do-done")).to_be_visible()
    (late,) = held
    with page.expect_event("requestfinished", lambda request: request == late[0].request):
        late[0].fulfill(response=late[1])
    page.wait_for_timeout(2000)  # a swap, and what the page may ask for after it
    expect(page.locator("#ask-to_do-done")).to_be_visible()


def test_options_are_written_ordered_and_kept_while_the_kind_changes(designer, draft, house):
    template = draft("Options")
    page = designer.go(f"templates/{template.key}/fields")
    page.get_by_role("button", name="Add the first field").click()
    page.locator("#field-name").fill("Risk")
    page.locator(".kind-card", has=page.locator("#kind-choice")).click()
    page.locator("#option-0").fill("High")
    page.locator("#option-1").fill("Low")
    page.get_by_role("button", name="Add an option").click()
    page.locator("#option-2").fill("high")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator("#field-form")).to_contain_text("Another option is called “High” already")
    page.locator("#option-2").fill("Medium")
    page.get_by_role("button", name="Move Medium up").or_(
        page.locator(".option-row").nth(2).locator("button").first
    ).first.click()
    expect(page.locator("#option-1")).to_have_value("Medium")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator("#field-list")).to_contain_text("High, Medium, Low")
    field = definition_of(house, template).field("risk")
    assert [option.key for option in field.options] == ["high", "medium", "low"]


def test_a_choice_that_was_left_without_options_is_opened_with_rows_to_fill(designer, draft, house):
    template = draft("Left without")
    designing = house.cast.designer
    house.do(lambda: add_field(by=designing.actor, template_id=template.id, name="Risk", kind="choice"))
    page = designer.go(f"templates/{template.key}/fields/risk")
    page.locator("#option-0").fill("High")
    page.locator("#option-1").fill("Low")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#field-list")).to_contain_text("High, Low")


def test_a_template_leaves_as_a_file_and_comes_back(designer, draft, house):
    template = draft("Travelling file")
    page = designer.go(f"templates/{template.key}")
    page.locator("[popovertarget=template-more]").click()
    with page.expect_download() as download:
        page.get_by_text("Save as a file").click()
    text = download.value.path().read_text()
    assert download.value.suggested_filename == f"{template.key}.yaml"
    page.locator("[popovertarget=template-more]").click()
    page.get_by_role("button", name="Take in a file…").click()
    page.locator("#yaml-text").fill(text.replace("category: done", "category: finished"))
    page.get_by_role("button", name="Take over the draft").click()
    expect(page.locator(".fault-list")).to_contain_text("stages[2].category: choose open, waiting or done")
    expect(page.locator("#yaml-text")).to_have_value(re.compile("category: finished"))
    page.locator("#yaml-text").fill(text.replace("In progress", "Under way"))
    page.get_by_role("button", name="Take over the draft").click()
    expect(page.locator("#name-in_progress")).to_have_value("Under way")


def test_another_designers_edit_appears_and_a_stale_one_says_what_happened(windows, draft):
    template = draft("Two of us")
    mine, theirs = windows.window("designer"), windows.window("owner")
    page, other = mine.go(f"templates/{template.key}"), theirs.go(f"templates/{template.key}")
    other.locator("#new-stage").fill("Theirs")
    other.keyboard.press("Enter")
    expect(page.locator("#flow-theirs")).to_be_visible()
    page.locator("#flow-theirs").evaluate(
        "() => document.querySelectorAll('#designer [name=expected_version]').forEach((v) => { v.value = 1; })"
    )
    page.locator("#new-stage").fill("Mine")
    page.keyboard.press("Enter")
    mine.says("Olga Owner added the stage Theirs.")
    expect(page.locator("#flow-mine")).to_have_count(0)
    page.locator("#new-stage").fill("Mine")
    page.keyboard.press("Enter")
    expect(page.locator("#flow-mine")).to_be_visible()


def test_who_may_only_look_sees_the_process_and_nothing_to_change(windows):
    reader = windows.window("reader")
    for tab in ("", "/fields", "/moves", "/numbers", "/changes", "/history"):
        page = reader.go(f"templates/complaint-handling{tab}")
        expect(page.locator("#flow")).to_contain_text("Investigation")
        expect(page.locator("#designer form:visible input:enabled:not([type=hidden])")).to_have_count(0)
        expect(page.get_by_role("button", name="Publish…")).to_have_count(0)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [None, PHONE])
def test_every_tab_is_accessible_and_as_wide_as_the_screen(windows, look, size):
    window = windows.window("designer", color_scheme=look, **({"viewport": size} if size else {}))
    for path in ("", "/complaint-handling", *(f"/complaint-handling/{tab}" for tab in (
        "fields", "moves", "moves?show=reasons", "numbers", "changes", "history", "fields/new", "import", "about",
    )), "/new?start=file"):  # fmt: skip
        page = window.go(f"templates{path}")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_long_name_of_a_stage_leaves_room_for_everything_else(designer, house, draft):
    long = "A stage whose name goes on and on, " * 4
    template = draft("Long names")
    page = designer.go(f"templates/{template.key}")
    page.locator("#new-stage").fill(long.strip(", "))
    page.keyboard.press("Enter")
    expect(stages(page)).to_have_count(4)
    page = designer.go(f"templates/{template.key}/moves")
    wrap, box = page.locator(".table-wrap").bounding_box(), page.locator(".cell-box").last.bounding_box()
    assert box["x"] + box["width"] <= wrap["x"] + wrap["width"]
    house.do(lambda: publish_template(by=house.cast.designer.actor, template_id=template.id))
    for path in ("boards", "templates"):
        page = designer.go(path)
        card = page.locator("#main li", has_text="Long names")
        edge = card.bounding_box()["x"] + card.bounding_box()["width"]
        for name in card.locator(".stage-name").all():
            assert name.bounding_box()["x"] + name.bounding_box()["width"] <= edge


def test_an_open_case_shows_a_field_as_soon_as_it_is_published(windows, house):
    case, cast = house.open("Grows"), house.cast
    page = windows.window("colleague").listening(f"cases/{case.number}")

    def grow():
        add_field(by=cast.designer.actor, template_id=case.template_id, name="Refund number", kind="text")
        publish_template(by=cast.designer.actor, template_id=case.template_id)

    house.do(grow)
    expect(page.locator("#values")).to_contain_text("Refund number")
