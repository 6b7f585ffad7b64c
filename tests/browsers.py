"""The browser of all tests that need one: Debian's Chromium, or the one named by CASEFY_CHROMIUM.

One for each test process: playwright allows no second loop beside its own.
"""

import os
import shutil

import pytest
from playwright.sync_api import expect

PATIENCE = 20_000  # milliseconds until what is awaited is held to never come; two cores may be busy with other things
expect.set_options(timeout=PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """What pytest-playwright starts: as root, Chromium has no sandbox to offer."""
    path = os.environ.get("CASEFY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "There is no Chromium here. Install it, or set CASEFY_CHROMIUM to its path."
    # The browser's loop stays in the main thread once it was started; other tests go on there without one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": [*sandbox, "--disable-dev-shm-usage", "--disable-gpu"],
    }


def pytest_collection_modifyitems(items):
    """In CI a browser test that failed is tried once more and named in the summary (docs/decisions/second-try.md)."""
    if "CI" not in os.environ:
        return
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker(pytest.mark.flaky(reruns=1))


def is_second_try(request) -> bool:
    """Whether this test has failed once already: what the first try left behind would make it fail again."""
    return getattr(request.node, "execution_count", 1) > 1
