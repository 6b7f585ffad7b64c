"""Every main screen in light, in dark and on a phone: no barrier axe knows of, nothing too wide, no complaint."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.shots.__main__ import MODES, SCREENS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_is_open_to_everybody(page, stage, mode):
    width, height = MODES[mode]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    faults = []
    for name, path in SCREENS.items():
        answer = page.goto(stage.at(path.format(number=stage.world.number, event=stage.world.event_id)))
        assert answer.status == 200, name
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        violations = Axe().run(page).response["violations"]
        faults += [f"{name}: {each['id']} at {each['nodes'][0]['target']}" for each in violations]
        faults += [f"{name}: {too_wide} px too wide"] if too_wide > 0 else []
    assert faults == []
