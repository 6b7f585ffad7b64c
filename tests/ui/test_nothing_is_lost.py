"""What somebody typed outlives a session that ended."""

import pytest
from playwright.sync_api import expect

from tests.shots import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def sign_in(context, stage):
    """Log Ana in as another window would: with a new session and a new secret."""
    key = serving.session_of(stage.world.user)
    for name, value in (("sessionid", key), ("csrftoken", "b" * 32)):
        context.add_cookies([{"name": name, "value": value, "url": stage.url}])


def test_a_comment_outlives_the_session_and_is_sent_after_logging_in_elsewhere(page, context, stage):
    page.goto(stage.at(f"cases/{stage.world.number}"))
    comment = page.get_by_label("Comment", exact=True)
    comment.fill("Written for ten minutes")
    context.clear_cookies(name="sessionid")
    comment.press("Control+Enter")
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("You were logged out. What you typed is still here")
    expect(toast.get_by_role("link", name="Log in")).to_have_attribute("target", "_blank")
    expect(comment).to_have_value("Written for ten minutes")
    sign_in(context, stage)
    comment.press("Control+Enter")
    expect(page.locator("#feed .feed-line").first).to_contain_text("Written for ten minutes")
    expect(comment).to_have_value("")


def test_a_case_typed_into_the_dialog_outlives_the_session(page, context, stage):
    page.goto(stage.at("inbox"))
    page.keyboard.press("c")
    page.locator("#new-title").fill("Typed before the session ended")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("#toasts")).to_contain_text("What you typed is still here")
    sign_in(context, stage)
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("#new_case [aria-invalid=true]").first).to_be_visible()
    expect(page.locator("#new-title")).to_have_value("Typed before the session ended")
