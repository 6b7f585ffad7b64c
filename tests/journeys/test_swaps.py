"""After a swap the page is what a reload would have shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from cases.actions.commenting import comment_on_case
from cases.actions.moving import move_case

_PASSING = (
    (r'\s+data-htmx-powered="[^"]*"', ""),  # what htmx notes on elements it has seen
    (r'\s+data-(?:same-document|live-state)="[^"]*"', ""),
    (r'(?:csrfmiddlewaretoken" value=")[^"]*', ""),
    (r'\s+class=""', ""),
    (r"<time[^>]*>[^<]*</time>", "<time>"),  # time goes on
    (r">\s+<", "><"),
    (r"\s+", " "),
)


def parts(page: Page) -> dict[str, str]:
    """The fragments of a page as text, without what passes."""
    found = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#main [id]')]"
        ".filter((e) => !e.parentElement.closest('#main [id]') || e.parentElement.closest('main') === e.parentElement)"
        ".map((e) => [e.id, e.outerHTML]))"
    )
    assert found, "the page has no fragments"
    for pattern, instead in _PASSING:
        found = {name: re.sub(pattern, instead, html) for name, html in found.items()}
    return found


def test_a_case_after_an_act_of_ones_own(colleague, house):
    page = colleague.case(house.open("Swap me"))
    page.get_by_role("button", name="Review", exact=True).click()
    expect(page.locator("[aria-current=step]")).to_contain_text("Review")
    page.get_by_label("Comment", exact=True).fill("Done")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#feed")).to_contain_text("Done")
    swapped = parts(page)
    page.reload()
    colleague.ready()
    assert parts(page) == swapped


@pytest.mark.parametrize("screen", ["cases/{number}", "boards/client-onboarding", "cases?q={number}"])
def test_a_screen_after_somebody_elses_acts(colleague, house, screen):
    case = house.open("Swapped by others")
    page = colleague.listening(screen.format(number=case.number))
    by = house.do(lambda: house.cast.owner.actor)
    house.do(lambda: move_case(by=by, case_id=case.id, to="review"))
    house.do(lambda: comment_on_case(by=by, case_id=case.id, text="Look **here**"))
    if "boards" in screen:
        expect(page.locator("#column-review").get_by_text(case.number)).to_be_visible()
    elif "?" in screen:
        expect(page.locator(f"#row-{case.id}")).to_contain_text("Review")
    else:
        expect(page.locator("#feed strong", has_text="here")).to_be_visible()
    page.wait_for_timeout(1500)  # the second act's announcement: the page looks again, once in 0.9 s at most
    page.wait_for_load_state("networkidle") if "?" not in screen else None
    swapped = parts(page)
    page.reload()
    colleague.ready()
    assert parts(page) == swapped
