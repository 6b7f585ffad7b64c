"""A real Chromium on the real product, with a content-security and console watcher."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import PATIENCE, is_second_try
from tests.shots import serving, world

TOLERATED = "Failed to load resource: the server responded with a status of 4"  # refusals the test asks for


@dataclass
class Stage:
    """The product on a port, an organization in it, and a browser."""

    url: str
    world: world.World
    key: str

    def at(self, path: str) -> str:
        """The address of a screen of the organization."""
        return f"{self.url}/o/{self.world.slug}/{path}"


@contextmanager
def staged() -> Iterator[Stage]:
    """A fresh organization, served."""
    made = world.make(slug=f"northwind-{uuid4().hex[:8]}", cases=16)
    with serving.serving() as url:
        yield Stage(url, made, serving.session_of(made.user))


@pytest.fixture(scope="module")
def first_stage(django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """The organization of a module's first tries."""
    with django_db_blocker.unblock(), staged() as stage:
        yield stage


@pytest.fixture
def stage(request, first_stage) -> Iterator[Stage]:
    """An organization of the module's own, served. A second try has its own: the first one left things in the other."""
    if is_second_try(request):
        with staged() as another:
            yield another
    else:
        yield first_stage


@pytest.fixture
def context(browser: Browser, stage) -> Iterator[BrowserContext]:
    """A window of Ana's. What the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": stage.key, "url": stage.url}])
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert [text for text in complaints if not text.startswith(TOLERATED)] == []


@pytest.fixture
def page(context) -> Page:
    """A page of that window."""
    return context.new_page()
