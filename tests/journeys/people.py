"""The organization journeys happen in, and a browser window for each of its people."""

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases.actions.opening import open_case
from cases.models import Case
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tests.browsers import PATIENCE
from tests.cases.kit import ONBOARDING
from tests.cast import PASSWORD, Cast, Player
from tests.journeys.product import Product

WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


class House:
    """An organization with two templates in use, made by acts in the product's database."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.cast: Cast = product.do(self._furnish)
        self.slug = self.cast.organization.slug
        self.base = f"{product.url}/o/{self.slug}"

    def _furnish(self) -> Cast:
        cast = Cast()
        for player in (cast.owner, cast.colleague, cast.reader, cast.guest, cast.designer):
            _may_sign_in(player)
        for source in ({"definition": ONBOARDING}, {"gallery": "complaint-handling"}):
            template = create_template(by=cast.designer.actor, **source)
            publish_template(by=cast.designer.actor, template_id=template.id)
        return cast

    def do(self, act):
        """Run an act in the product's database: it is announced to open pages as any other."""
        return self.product.do(act)

    def join(self, name: str, role: str = "case_worker") -> Player:
        """Somebody new, who can sign in."""

        def act() -> Player:
            player = self.cast.join(name, role)
            _may_sign_in(player)
            return player

        return self.do(act)

    def open(self, title: str, *, template: str = "client-onboarding", by: str = "colleague", **more) -> Case:
        """Open a case."""
        player: Player = getattr(self.cast, by)
        return self.do(lambda: open_case(by=player.actor, template=template, title=title, **more))


def _may_sign_in(player: Player) -> None:
    # The product's own hash, with few rounds; the first login makes it a full one.
    player.user.password = PBKDF2PasswordHasher().encode(PASSWORD, "journeys", 1000)
    player.user.save(update_fields=["password"])


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    offset = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class Window:
    """One person's browser window, and everything the page complained about."""

    page: Page
    house: House
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a screen of the organization and wait until its scripts run."""
        self.page.goto(f"{self.house.base}/{path}")
        return self.ready()

    def listening(self, path: str) -> Page:
        """Open a screen and wait until it listens for what others do."""
        with self.page.expect_response(lambda answer: answer.url.startswith(self.house.product.live_url)):
            return self.go(path)

    def ready(self) -> Page:
        """Wait until the page's scripts run."""
        self.page.wait_for_selector("html[data-ready]", state="attached")
        return self.page

    def case(self, case: Case) -> Page:
        """Open a case's page."""
        return self.go(f"cases/{case.number}")

    def says(self, text: str) -> None:
        """Wait for a toast."""
        expect(self.page.locator("#toasts").get_by_text(text).first).to_be_visible()


class Doorman:
    """Opens windows: each person signs in once by the real form, later windows take over the session."""

    def __init__(self, browser: Browser, house: House, kept: Path) -> None:
        self.browser, self.house, self.kept = browser, house, kept
        self.kept.mkdir(parents=True, exist_ok=True)
        self._open: list[tuple[BrowserContext, Window]] = []

    def window(self, who: str, **options) -> Window:
        """A window of a member of the cast who has signed in."""
        state = self.kept / f"{who}.json"
        if not state.exists():
            self._sign_in(getattr(self.house.cast, who), state)
        return self.empty(storage_state=str(state), **options)

    def empty(self, **options) -> Window:
        """A window nobody has signed in from."""
        context = self.browser.new_context(viewport=options.pop("viewport", WIDE), locale="en-GB", **options)
        context.set_default_timeout(PATIENCE)
        window = Window(context.new_page(), self.house)
        window.page.on("console", lambda message: _note(window, message))
        window.page.on("pageerror", lambda error: window.complaints.append(f"script: {error}"))
        self._open.append((context, window))
        return window

    def _sign_in(self, player: Player, state: Path) -> None:
        window = self.empty()
        page = window.page
        page.goto(f"{self.house.product.url}/accounts/login/")
        page.get_by_label("E-mail").fill(player.user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        page.wait_for_url(f"{self.house.base}/**")
        page.context.storage_state(path=str(state))

    def close(self) -> list[str]:
        """Close every window and return what their pages complained about."""
        complaints = []
        for context, window in self._open:
            complaints += [c for c in window.complaints if not any(e in c for e in window.expected)]
            context.close()
        self._open.clear()
        return complaints


def _note(window: Window, message) -> None:
    if message.type in ("error", "warning") and not _is_a_refusal(message.text):
        window.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")


def _is_a_refusal(text: str) -> bool:
    # Chromium reports every answer of 4xx; a refused act is one, and drawn as such.
    return text.startswith("Failed to load resource: the server responded with a status of 4")
