"""The way in: sign up, confirm, the first organization; invited, joined; and who tries too often."""

import re
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as django_settings
from django.core import mail as post
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from outbound.sending import send_due
from tenants.actions.invitations import AGAIN_AFTER, invite_member
from tenants.entering import organizations_of
from tenants.models import User
from tests.cast import PASSWORD
from timeline.relay import carry

GOOD = "a good long passphrase"


@pytest.fixture
def browser(committed) -> Client:
    """Somebody's browser, on a machine that was never seen."""
    cache.clear()
    return Client()


def address():
    return f"zoe-{uuid4().hex[:8]}@example.org"


def sign_up(browser, email, **more):
    given = {"name": "Zoe  Zander", "email": email, "password1": GOOD} | more
    return browser.post("/accounts/signup/", given)


def open_link(browser, message):
    (link,) = re.findall(r"http://[^/]+(/accounts/confirm-email/\S+)", message.body)
    assert browser.get(link).status_code == 200
    return browser.post(link)


def test_signing_up_leads_to_the_first_organization(browser):
    email = address()
    assert sign_up(browser, email.upper())["Location"] == "/accounts/confirm-email/"
    user = User.objects.get(email=email)
    assert user.name == "Zoe Zander"
    assert browser.get("/o/anything/inbox")["Location"].startswith("/accounts/login/")
    assert open_link(browser, post.outbox[-1])["Location"] == "/"
    assert browser.get("/")["Location"] == "/welcome"
    suggested = browser.get("/organizations/slug", {"name": "Zander & Söhne"})
    assert b'value="zander-sohne' in suggested.content
    slug = f"zander-{uuid4().hex[:6]}"
    made = browser.post(
        "/welcome", {"name": "Zander", "slug": slug, "time_zone": "Europe/Lisbon", "locale": "en-gb"}
    )
    assert made["Location"] == f"/o/{slug}/inbox"
    assert browser.get(f"/o/{slug}/settings/general").status_code == 200
    assert browser.get("/")["Location"] == f"/o/{slug}/inbox"
    assert [place.role_name for place in organizations_of(user.id)] == ["Owner"]


def test_what_was_typed_stays_when_the_address_is_taken(browser, committed_cast):
    browser.force_login(committed_cast.new_user("Zoe"))
    given = {
        "name": "Zander",
        "slug": committed_cast.organization.slug,
        "time_zone": "Asia/Tokyo",
        "locale": "en",
    }
    response = browser.post("/organizations/new", given)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="Zander"' in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert "is taken" in page


def test_an_unconfirmed_address_does_not_get_in(browser):
    email = address()
    sign_up(browser, email)
    response = Client().post("/accounts/login/", {"login": email, "password": GOOD})
    assert response["Location"] == "/accounts/confirm-email/"


def test_an_address_that_has_a_login_is_not_told_apart(browser, committed_cast):
    known = sign_up(browser, committed_cast.owner.user.email)
    unknown = sign_up(Client(), address())
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def invited(cast, email):
    """Invite somebody; returns the link as it is mailed, and as the screen shows it to whoever manages members."""
    invite_member(by=cast.owner.actor, email=email, role_id=cast.role("auditor").id)
    carry(organization_id=cast.organization.id)
    while send_due():
        continue
    (mail,) = [message for message in post.outbox if message.to == [email]]
    (mailed,) = re.findall(rf"{django_settings.PUBLIC_URL}(/invitations/\S+)", mail.body)
    return mailed, mailed.partition("?")[0]


def test_an_invitation_leads_through_sign_up_to_the_organization(browser, committed_cast):
    cast, email = committed_cast, address()
    mailed, link = invited(cast, email)
    page = browser.get(mailed).content.decode()
    assert "Join Acme" in page
    assert f"next=%2Finvitations%2F{link.rpartition('/')[2]}" in page
    mails = len(post.outbox)
    assert sign_up(browser, email, next=link)["Location"] == link, "the mail proved the address already"
    assert len(post.outbox) == mails
    assert b">Join<" in browser.get(link).content
    assert browser.post(link)["Location"] == f"/o/{cast.organization.slug}/inbox"
    assert b"It was accepted" in browser.get(link).content


def test_the_link_that_a_manager_can_read_proves_no_address(browser, committed_cast):
    email = address()
    mailed, link = invited(committed_cast, email)
    manager = Client()
    manager.force_login(committed_cast.owner.user)
    page = manager.get(f"/o/{committed_cast.organization.slug}/settings/members").content.decode()
    assert link in page
    assert mailed.partition("?")[2] not in page
    for opened in (link, f"{link}?mailed=", f"{link}?mailed={link.rpartition('/')[2]}"):
        browser.get(opened)
    assert sign_up(browser, email, next=link)["Location"] == "/accounts/confirm-email/"
    open_link(browser, post.outbox[-1])
    assert b">Join<" in browser.get(link).content


def test_the_mailed_link_proves_its_own_address_alone(browser, committed_cast):
    mailed, link = invited(committed_cast, address())
    browser.get(mailed)
    assert sign_up(browser, address(), next=link)["Location"] == "/accounts/confirm-email/"


def test_an_invitation_that_was_taken_back_proves_nothing(browser, committed_cast):
    email = address()
    mailed, link = invited(committed_cast, email)
    browser.get(mailed)
    by, role = committed_cast.owner.actor, committed_cast.role("auditor")
    with time_machine.travel(now() + AGAIN_AFTER):
        invited_again = invite_member(by=by, email=email, role_id=role.id)
    assert invited_again.email == email  # the offer opened before is closed by it
    assert sign_up(browser, email, next=link)["Location"] == "/accounts/confirm-email/"


def test_invitations_wait_on_the_welcome_page(browser, committed_cast):
    cast = committed_cast
    user = cast.new_user("Zoe Zander")
    invitation = invite_member(by=cast.owner.actor, email=user.email, role_id=cast.role("auditor").id)
    browser.force_login(user)
    assert b"You are invited" in browser.get("/welcome").content
    accepted = browser.post("/invitations/accept", {"invitation": str(invitation.id)})
    assert accepted["Location"] == f"/o/{cast.organization.slug}/inbox"


def test_somebody_elses_invitation_is_not_accepted_by_its_id(browser, committed_cast):
    cast = committed_cast
    invitation = invite_member(by=cast.owner.actor, email=address(), role_id=cast.role("owner").id)
    browser.force_login(cast.stranger.user)
    assert browser.post("/invitations/accept", {"invitation": str(invitation.id)}).status_code == 403
    assert browser.post("/invitations/accept", {"invitation": "x"}).status_code == 404


def test_a_link_nobody_sent_says_so(browser):
    response = browser.get("/invitations/nonsense")
    assert response.status_code == 404
    assert b"There is no such invitation" in response.content


def test_guessing_passwords_is_slowed_down(browser, committed_cast):
    email = committed_cast.owner.user.email
    wrong = {"login": email, "password": "wrong password"}
    statuses = [browser.post("/accounts/login/", wrong).status_code for _ in range(6)]
    assert set(statuses) == {200}
    right = browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert right.status_code == 200
    assert b"That did not work too often in a row" in right.content
    cache.clear()
    assert browser.post("/accounts/login/", {"login": email, "password": PASSWORD})["Location"] == "/"


def test_a_forgotten_password_is_replaced_by_mail(browser, committed_cast):
    user = committed_cast.owner.user
    assert (
        b'<a href="/accounts/password/reset/">Forgot your password?</a>'
        in browser.get("/accounts/login/").content
    )
    assert browser.post("/accounts/password/reset/", {"email": user.email}).status_code == 302
    (link,) = re.findall(r"http://[^/]+(/accounts/password/reset/key/\S+)", post.outbox[-1].body)
    form = browser.get(link, follow=True).request["PATH_INFO"]
    done = browser.post(form, {"password1": GOOD, "password2": GOOD}, follow=True)
    assert b'<a class="btn btn-primary" href="/accounts/login/">Log in</a>' in done.content
    assert b"too old, or was used already" in browser.get(link, follow=True).content
    assert Client().post("/accounts/login/", {"login": user.email, "password": GOOD})["Location"] == "/"


PAGES = (
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/add/",
    "logout/",
)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_a_login_open(browser, committed_cast, path):
    email = committed_cast.owner.user.email
    browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    response = browser.get(f"/accounts/{path}", follow=True)
    assert response.status_code == 200
    assert b'class="panel plain-panel' in response.content


def test_the_mails_of_a_login_speak_for_casefy(browser, committed_cast):
    sign_up(browser, address())
    sign_up(browser, committed_cast.owner.user.email)
    browser.post("/accounts/password/reset/", {"email": committed_cast.owner.user.email})
    browser.post("/accounts/password/reset/", {"email": address()})
    subjects = [mail.subject for mail in post.outbox]
    assert subjects == [
        "Confirm your address for CaseFy",
        "You have a login for CaseFy already",
        "Choose a new password for CaseFy",
        "There is no login with this address",
    ]
    for mail in post.outbox:
        assert mail.body.startswith("Hello,\n\nSomebody, most likely you, ")
        assert mail.body.endswith("\n\nCaseFy\nhttp://testserver")


THEIR_WORDS = r"Email|email|Authenticat|Two-Factor|Security [Kk]ey|Generate|Deactivate|Are you sure"


@pytest.mark.parametrize(
    "path",
    ["email/", "password/change/", "2fa/", "2fa/totp/activate/", "2fa/totp/deactivate/", "2fa/recovery-codes/",
     "2fa/recovery-codes/generate/", "2fa/webauthn/", "2fa/webauthn/add/"],
)  # fmt: skip
def test_the_pages_of_a_login_speak_as_the_rest_of_the_product_does(browser, committed_cast, path):
    user = committed_cast.new_user("Zoe Zander")
    user.set_password(GOOD)
    user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    browser.post("/accounts/login/", {"login": user.email, "password": GOOD})
    if "deactivate" in path or "recovery" in path or path == "2fa/":
        TOTP.activate(user, generate_totp_secret())
        code = RecoveryCodes.activate(user).get_unused_codes()[0]
        browser.post("/accounts/2fa/reauthenticate/", {"code": code})
    else:
        browser.post("/accounts/reauthenticate/", {"password": GOOD})
    page = browser.get(f"/accounts/{path}")
    assert page.status_code == 200, page.headers.get("Location")
    text = re.sub(
        r"(?s)<(script|style|head).*?</\1>|<[^>]+>|Authenticator app|authenticator app",
        " ",
        page.content.decode(),
    )
    assert not re.findall(THEIR_WORDS, text.replace(user.email, ""))


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_an_address_is_an_e_mail_address_on_the_way_in(browser, path):
    page = browser.get(f"/accounts/{path}").content.decode()
    assert ">E-mail<" in page
    assert ">Email" not in page
    wrong = browser.post(f"/accounts/{path}", {"login": "nonsense", "email": "nonsense", "password": "x"})
    assert "such as ada@example.org" in wrong.content.decode()


LEFT_OUT = {
    "login/": ["Enter your e-mail address.", "Enter your password."],
    "signup/": ["Say what you are called.", "Enter your e-mail address.", "Choose a password."],
    "password/reset/": ["Enter your e-mail address."],
    "password/change/": [
        "Enter your present password.",
        "Choose a password.",
        "Enter the new password once more.",
    ],
}


@pytest.mark.parametrize("path", LEFT_OUT)
def test_what_is_left_out_is_asked_for_and_has_the_focus(browser, committed_cast, path):
    if path == "password/change/":
        browser.post("/accounts/login/", {"login": committed_cast.owner.user.email, "password": PASSWORD})
    page = browser.post(f"/accounts/{path}", {}).content.decode()
    assert re.findall(r'field-error">.*?<span>(.*?)</span>', page, re.DOTALL) == LEFT_OUT[path]
    assert "New Password" not in page
    filled = browser.post(f"/accounts/{path}", {"name": "Zoe", "login": "zoe@example.org"}).content.decode()
    focused = re.findall(r'id="id_(\w+)"[^>]*autofocus', filled)
    wrong = re.findall(r'id="id_(\w+)"[^>]*aria-invalid', filled)
    assert focused[0] == wrong[0], "the first that is wrong"


def test_the_address_that_replaces_another_is_called_the_new_one(browser, committed_cast):
    browser.post("/accounts/login/", {"login": committed_cast.owner.user.email, "password": PASSWORD})
    assert b">New e-mail address<" in browser.get("/accounts/email/", follow=True).content


def test_whoever_asks_too_often_is_told_to_wait_in_our_words(browser, committed_cast):
    email = committed_cast.owner.user.email
    for _ in range(6):
        answer = browser.post("/accounts/password/reset/", {"email": email})
    assert answer.status_code == 429
    assert b"<h1>A moment, please</h1>" in answer.content
    for _ in range(6):
        answer = browser.post("/accounts/login/", {"login": email, "password": "wrong"})
    assert b"Please wait five minutes." in answer.content


def test_a_wrong_code_of_the_second_factor_is_refused_in_our_words(browser, committed_cast):
    user = committed_cast.owner.user
    TOTP.activate(user, generate_totp_secret())
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    answer = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert b"This is not right" in answer.content
    assert b"Incorrect code" not in answer.content
    assert b"Enter the code." in browser.post("/accounts/2fa/authenticate/", {"code": ""}).content


def test_the_libraries_speak_no_other_language_than_the_pages_do(browser):
    for wrong in (
        {"email": "no address", "password1": "short"},
        {"email": "a@example.org", "password1": "1234567890"},
    ):
        english, german = (
            browser.post("/accounts/signup/", wrong, headers={"Accept-Language": language}).content.decode()
            for language in ("en", "de")
        )
        assert _without_tokens(german) == _without_tokens(english)


def _without_tokens(page: str) -> str:
    return re.sub(r"\b\w{64}\b", "", page)
