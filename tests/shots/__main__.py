"""`make shots`: the demo's main screens as PNG in shots/, light, dark and on a phone, and what axe and the console say.

The README's picture, docs/images/board.png, is shots/board-light.png.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.shots import serving

FOLDER = Path(__file__).resolve().parent.parent.parent / "shots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MODES = {"light": (1440, 900), "dark": (1440, 900), "phone": (390, 844)}
SCREENS = {
    "inbox": "inbox?tab=mine",
    "boards": "boards",
    "board": "boards/client-onboarding",
    "board-of-complaints": "boards/complaint-handling",
    "cases": "cases?template=complaint-handling",
    "case": "cases/{number}",
    "move": "cases/{number}/move",
    "hold": "cases/{number}/hold",
    "new-case": "cases/new",
    "case-field": "cases/{number}?field=compensation",
    "timeline": "timeline",
    "timeline-narrowed": "timeline?kind=moves&template=complaint-handling&case={number}&from=2026-01-01",
    "event": "timeline/{event}",
    "templates": "templates",
    "template": "templates/complaint-handling",
    "template-fields": "templates/complaint-handling/fields",
    "template-field": "templates/complaint-handling/fields/new",
    "template-moves": "templates/complaint-handling/moves",
    "template-history": "templates/complaint-handling/history",
    "imports": "imports",
    "settings": "settings",
    "members": "settings/members",
    "roles": "settings/roles",
    "role": "settings/roles/new",
    "teams": "settings/teams",
    "tokens": "settings/tokens",
    "you": "settings/me",
}
OUTSIDE = {"login": "accounts/login/", "sign-up": "accounts/signup/", "forgotten": "accounts/password/reset/"}


def main() -> None:
    """Take all pictures; ends with 1 where axe, the console or a status found fault."""
    serving.prepare()
    from tests import services
    from tests.shots import demo

    FOLDER.mkdir(exist_ok=True)
    faults: list[str] = []
    try:
        made = demo.make()
        key = serving.session_of(
            made.user
        )  # before playwright: its event loop keeps Django from the database
        with serving.serving() as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for mode, page in _windows(browser, url, key):
                for name, path in SCREENS.items():
                    faults += _take(
                        page,
                        f"{url}/o/{made.slug}/{path.format(number=made.number, event=made.event_id)}",
                        name,
                        mode,
                    )
                page.context.clear_cookies()
                for name, path in OUTSIDE.items():
                    faults += _take(page, f"{url}/{path}", name, mode)
            browser.close()
    finally:
        _drop(services)
    found = (
        "\n".join(faults)
        or f"{(len(SCREENS) + len(OUTSIDE)) * len(MODES)} pictures in {FOLDER}: no fault found."
    )
    sys.stdout.write(f"{found}\n")
    sys.exit(1 if faults else 0)


def chromium() -> str:
    """Return the path of a Chromium. Raises SystemExit with a sentence where there is none."""
    path = os.environ.get("CASEFY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return path or sys.exit("There is no Chromium here. Install it, or set CASEFY_CHROMIUM to its path.")


def _windows(browser: Browser, url: str, key: str) -> Iterator[tuple[str, Page]]:
    for mode, (width, height) in MODES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if mode == "dark" else "light",
            has_touch=mode == "phone",
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
        yield mode, context.new_page()
        context.close()


def _take(page: Page, address: str, name: str, mode: str) -> list[str]:
    said: list[str] = []

    def listen(message: object) -> None:
        if message.type in ("error", "warning"):  # type: ignore[attr-defined]
            said.append(message.text)  # type: ignore[attr-defined]

    page.on("console", listen)
    answer = page.goto(address)
    page.wait_for_timeout(250)
    page.screenshot(path=str(FOLDER / f"{name}-{mode}.png"))
    violations = Axe().run(page).response["violations"]
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.remove_listener("console", listen)
    return [
        *([f"{name} {mode}: status {answer.status}"] if answer is None or answer.status != 200 else []),
        *(f"{name} {mode}: {each['id']}: {each['nodes'][0]['target']}" for each in violations),
        *(f"{name} {mode}: console: {text}" for text in said),
        *([f"{name} {mode}: {width} px too wide"] if width > 0 else []),
    ]


def _drop(services: object) -> None:
    from django.db import connections

    name = str(connections["default"].settings_dict["NAME"])
    connections.close_all()
    services.drop_database(name)  # type: ignore[attr-defined]
    services.release()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
