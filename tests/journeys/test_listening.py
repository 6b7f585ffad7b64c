"""Who listens hears at once, for as long as it is theirs to hear, and without end where a stream is not."""

import time

import pytest
from playwright.sync_api import expect

from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from tenants.actions.members import deactivate_member

SOON = 4000  # milliseconds: a second, as promised, and slack for a machine that does other things; polling takes five
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def did(house, act, **more):
    """Act as the owner, somewhere else."""
    return house.do(lambda: act(by=house.cast.owner.actor, **more))


def asks_of(page, what):
    """The requests whose address ends like this, from here on."""
    asked = []
    page.on(
        "request", lambda request: asked.append(request) if request.url.split("?")[0].endswith(what) else None
    )
    return asked


@pytest.fixture
def theirs(house):
    """A case that the guest has."""
    case = house.open("The guest's")
    did(house, assign_case, case_id=case.id, owner=house.cast.guest.id)
    time.sleep(1.5)
    return case


def test_a_guests_page_shows_a_comment_at_once(windows, house, theirs):
    page = windows.window("guest").listening(f"cases/{theirs.number}")
    page.wait_for_selector("body[data-live-state=stream]", state="attached")
    did(house, comment_on_case, case_id=theirs.id, text="Have you seen this?")
    expect(page.locator("#feed")).to_contain_text("Have you seen this?", timeout=SOON)
    assert page.locator("body").get_attribute("data-live-state") == "stream"


def test_a_guests_list_shows_a_case_that_comes_to_them_and_their_page_of_it_closes_when_it_goes(
    windows, house
):
    case = house.open("Comes and goes")
    guest = windows.window("guest")
    page = guest.listening("cases")
    expect(page.get_by_text(case.number)).to_have_count(0)
    did(house, assign_case, case_id=case.id, owner=house.cast.guest.id)
    expect(page.locator(f"#row-{case.id}")).to_be_visible(timeout=SOON)
    page = guest.listening(f"cases/{case.number}")
    did(house, assign_case, case_id=case.id, owner=house.cast.colleague.id)
    expect(page.get_by_text("There is nothing here").first).to_be_visible(timeout=SOON)


def test_a_guest_does_not_ask_when_something_happens_to_a_case_of_others(windows, house):
    case = house.open("Not the guest's")
    page = windows.window("guest").listening("cases")
    page.wait_for_timeout(1500)
    asked = asks_of(page, "/cases")
    did(house, comment_on_case, case_id=case.id, text="Among ourselves")
    page.wait_for_timeout(6000)
    assert asked == []


def test_who_is_deactivated_is_shown_the_door(windows, house):
    house.cast.leaving = leaving = house.join("Lea Leaving")
    page = windows.window("leaving").listening("boards")
    did(house, deactivate_member, member_id=leaving.id)
    expect(page.get_by_text("There is nothing here").first).to_be_visible(timeout=SOON)


def test_who_signs_out_in_one_tab_is_signed_out_in_all(windows, house):
    house.cast.signing_out = house.join("Sid Signing")
    first = windows.window("signing_out")
    page = first.listening("inbox")
    other = page.context.new_page()
    other.goto(f"{house.base}/boards")
    page.locator("button[popovertarget=account]").click()
    page.get_by_role("button", name="Sign out").click()
    for each in (page, other):
        expect(each.get_by_role("button", name="Log in", exact=True)).to_be_visible(timeout=SOON)
    other.close()


def test_a_ticket_that_has_expired_is_followed_by_a_new_one(windows, house):
    case = house.open("Heard with the second ticket")
    window = windows.window("colleague")
    page, answers = window.page, [403, 200]
    page.context.route(f"{house.product.live_url}/**", lambda route: _answer(route, answers))
    asked = asks_of(page, f"/o/{house.slug}/live")
    page = window.case(case)
    page.wait_for_selector("body[data-live-state=stream]", state="attached", timeout=10_000)
    page.wait_for_timeout(2500)  # the second stream ends as it should, and is followed by the third
    did(house, comment_on_case, case_id=case.id, text="Still here?")
    expect(page.locator("#feed")).to_contain_text("Still here?", timeout=SOON)
    assert len(asked) == 2, "one for each ticket that was over"


def test_where_no_ticket_is_ever_good_the_page_asks_less_and_less(windows, house):
    window = windows.window("colleague")
    window.page.context.route(f"{house.product.live_url}/**", lambda route: _answer(route, [403] * 99))
    asked = asks_of(window.page, f"/o/{house.slug}/live")
    page = window.go("inbox")
    page.wait_for_timeout(8000)
    assert 1 <= len(asked) <= 5
    assert page.locator("body").get_attribute("data-live-state") == "polling"


def test_a_page_that_nobody_looks_at_does_not_listen_and_looks_again_when_it_is_shown(colleague, house):
    case = house.open("Looked at later")
    time.sleep(1.5)  # a page that is drawn while something happens looks again
    page = colleague.listening(f"cases/{case.number}")
    streams, looks = asks_of(page, house.product.live_url + "/live"), asks_of(page, f"/cases/{case.number}")
    page.evaluate(HIDE, True)
    did(house, comment_on_case, case_id=case.id, text="While you were away")
    page.wait_for_timeout(2000)
    assert (streams, looks) == ([], [])
    page.evaluate(HIDE, False)
    expect(page.locator("#feed")).to_contain_text("While you were away", timeout=SOON)
    did(house, comment_on_case, case_id=case.id, text="And now that you are back")
    expect(page.locator("#feed")).to_contain_text("And now that you are back", timeout=SOON)
    assert len(streams) == 1


def _answer(route, answers):
    status = answers.pop(0) if answers else 0
    if status == 200:
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
        route.fulfill(body=f'event: renew\ndata: {{"at":{time.time()}}}\n\n', headers=headers)
    elif status:
        route.fulfill(status=status, headers={"Access-Control-Allow-Origin": "*"}, body="over")
    else:
        route.continue_()
