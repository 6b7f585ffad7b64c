"""People come in, secure their login, and leave, in a browser, with real mails."""

import re
import time
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.people import code_of

PASSPHRASE = "a good long passphrase"


def mail_to(product, address: str) -> str:
    """The text of the last mail to somebody, once a worker has sent it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = [text for text in _mails(product) if f"To: {address}" in text]
        if found:
            return found[-1]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address}")


def _mails(product) -> list[str]:
    files = sorted(product.mails.glob("*"), key=lambda file: file.stat().st_mtime)
    return [mail for file in files for mail in re.split(r"\n-{70,}\n", file.read_text())]


def link_in(mail: str, path: str) -> str:
    """The first link in a mail's text that leads to this path."""
    return re.search(rf"http://\S+{path}\S*", mail.replace("=\n", "").replace("=3D", "="))[0]


def sign_up(page: Page, product, email: str, name: str) -> None:
    """From the sign-up form through the mail to the confirmed address."""
    fill_in(page, email, name)
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(link_in(mail_to(product, email), "/accounts/confirm-email/"))
    page.get_by_role("button", name="Confirm").click()


def fill_in(page: Page, email: str, name: str) -> None:
    """Fill in the sign-up form and send it."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Sign up").click()


def test_whoever_is_invited_signs_up_joins_and_takes_a_second_factor(windows, house, product):
    email = f"ines-{uuid4().hex[:8]}@example.org"
    owner = windows.window("owner")
    page = owner.go("settings/members")
    page.get_by_role("link", name="Invite", exact=True).click()
    sheet = page.locator("dialog#dialog")
    sheet.get_by_label("E-mail address").fill("nonsense")
    sheet.get_by_role("button", name="Send the invitation").click()
    expect(sheet).to_contain_text("Please enter an e-mail address")
    expect(sheet.get_by_label("E-mail address")).to_have_value("nonsense")
    sheet.get_by_label("E-mail address").fill(email)
    sheet.get_by_role("button", name="Send the invitation").click()
    owner.says(f"{email} is invited")

    ines = windows.empty().page
    ines.goto(link_in(mail_to(product, email), "/invitations/"))
    ines.get_by_role("link", name="Sign up").click()
    fill_in(ines, email, "Ines Invited")  # the mail she came from proves the address
    ines.get_by_role("button", name="Join").click()
    expect(ines).to_have_url(f"{house.base}/inbox")
    expect(page.locator("#members")).to_contain_text("Ines Invited")

    ines.goto(f"{house.base}/settings/me")
    ines.get_by_role("link", name="Switch on").click()
    _activate_the_app(ines)

    again = windows.empty().page
    again.goto(f"{product.url}/accounts/login/")
    again.get_by_label("E-mail").fill(email)
    again.get_by_label("Password", exact=True).fill(PASSPHRASE)
    again.get_by_role("button", name="Log in", exact=True).click()
    expect(again.get_by_role("heading", name="One more step")).to_be_visible()
    codes = ines.locator("#recovery_codes")
    if codes.count() == 0:
        ines.goto(f"{product.url}/accounts/2fa/recovery-codes/")
    again.locator("[name=code]").fill(ines.locator("#recovery_codes").input_value().split()[0])
    again.get_by_role("button", name="Log in", exact=True).click()
    expect(again).to_have_url(f"{house.base}/inbox")


def _activate_the_app(page):
    """Take an authenticator app as a second factor, from where the settings lead."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(PASSPHRASE)
        page.get_by_role("button", name="Confirm").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()


def test_a_passkey_is_added_and_logs_in(windows, house, product):
    email = f"pia-{uuid4().hex[:8]}@example.org"
    url = product.url.replace("127.0.0.1", "localhost")
    pia = windows.empty().page
    key = pia.context.new_cdp_session(pia)
    key.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    pia.goto(f"{url}/accounts/signup/")
    pia.get_by_label("Your name").fill("Pia Passkey")
    pia.get_by_label("E-mail").fill(email)
    pia.get_by_label("Password", exact=True).fill(PASSPHRASE)
    pia.get_by_role("button", name="Sign up").click()
    link = link_in(mail_to(product, email), "/accounts/confirm-email/")
    pia.goto(re.sub(r"http://[^/]+", url, link))
    pia.get_by_role("button", name="Confirm").click()
    expect(pia.get_by_role("heading", name="Welcome")).to_be_visible()

    pia.goto(f"{url}/accounts/2fa/webauthn/add/")
    if "reauthenticate" in pia.url:
        pia.get_by_label("Password").fill(PASSPHRASE)
        pia.get_by_role("button", name="Confirm").click()
    pia.get_by_label("Passwordless").check()
    pia.get_by_role("button", name="Add the passkey").click()
    pia.wait_for_url(re.compile(r"/accounts/2fa/(?!webauthn/add)"))

    pia.goto(f"{url}/accounts/logout/")
    pia.get_by_role("button", name="Log out").click()
    pia.get_by_role("button", name="Log in with a passkey").click()
    expect(pia.get_by_role("heading", name="Welcome")).to_be_visible()


def test_at_an_address_that_is_a_number_the_page_says_where_passkeys_work(windows, product):
    page = windows.window("reader").page
    page.goto(f"{product.url}/accounts/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill("correct horse battery")
        page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Go on at http://localhost")).to_be_visible()


def test_whoever_leaves_hands_over_in_the_dialog(windows, house):
    leaving = house.do(lambda: house.cast.join("Lars Leaving", "case_worker"))
    case = house.open("Handed over", owner=leaving.id)
    owner = windows.window("owner")
    page = owner.go("settings/members")
    page.get_by_role("button", name="What to do with Lars Leaving").click()
    page.get_by_role("link", name="Deactivate…").filter(visible=True).click()
    sheet = page.locator("dialog#dialog")
    expect(sheet).to_contain_text("1 running case")
    sheet.get_by_role("button", name="Hand over and deactivate").click()
    expect(sheet).to_contain_text("Choose who takes over")
    sheet.locator("[name=hand_over_to]").select_option(str(house.cast.colleague.id))
    sheet.get_by_role("button", name="Hand over and deactivate").click()
    owner.says("Lars Leaving is deactivated")
    page = owner.case(case)
    expect(page.locator("#feed")).to_contain_text("Lars Leaving leaves")


def test_what_is_wrong_at_the_top_of_a_long_form_is_shown(windows):
    page = windows.window("owner").go("settings/roles/new")
    page.get_by_role("button", name="Make the role").click()
    name = page.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    expect(name).to_be_in_viewport()
