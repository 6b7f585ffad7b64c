"""What a page weighs on its way to the browser, and what it makes the browser fetch."""

import gzip
import re
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.test import Client

from casefy.env import ROOT
from tests.cases.kit import Office

BUILT = ROOT / "static" / "build"
PACKED = {"Accept-Encoding": "gzip, deflate, br, zstd"}
EVERYWHERE = {"app.css", "fonts.css", "app.js", "favicon.svg"}
OF_A_CASE = {"mentions", "chunk"}  # its composer, and what that shares with other parts


@pytest.fixture
def office(cast):
    return Office(cast)


@pytest.fixture
def visit(office):
    """Ask for an address as Olga, the owner."""
    client = Client()
    client.force_login(office.cast.owner.user)
    return lambda path, **headers: client.get(path.format(office.cast.organization.slug), headers=headers)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "pieces"])
@pytest.mark.parametrize("screen", ["cases", "boards/onboarding", "settings/roles"])
def test_what_is_drawn_goes_packed_to_who_can_unpack_it(visit, office, screen, headers):
    for _ in range(12):
        office.open("A case like others", {"region": "north"})
    plain, packed = (visit(f"/o/{{}}/{screen}", **headers, **more) for more in ({}, PACKED))
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) * 4 < len(plain.content)
    assert gzip.decompress(packed.content).decode().count("<") == plain.content.decode().count("<")
    assert "Accept-Encoding" in packed["Vary"]


def test_what_the_api_says_keeps_its_etag(visit, office):
    answer = visit(
        f"/api/v1/cases/{office.open().id}", **PACKED, **{"X-Organization": office.cast.organization.slug}
    )
    assert answer["ETag"] == '"1"'
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(("name", "most"), [("app.css", 22_000), ("app.js", 22_000)])
def test_what_every_page_needs_stays_light(name, most):
    assert len(gzip.compress((BUILT / name).read_bytes())) <= most, (
        "load it where it is needed: app.js, PARTS"
    )


def test_a_part_of_the_script_is_kept_for_ever_and_what_has_no_hash_in_its_name_is_not(client, db):
    part = next(BUILT.joinpath("chunks").glob("board-*.js")).name
    with (
        closing(client.get(f"/static/chunks/{part}")) as kept,
        closing(client.get("/static/app.js")) as asked,
    ):
        assert "immutable" in kept["Cache-Control"]
        assert "immutable" not in asked["Cache-Control"]


def test_a_case_makes_the_browser_fetch_what_it_uses_and_nothing_else(page, stage):
    fetched = set()
    page.on("request", lambda request: fetched.add(urlsplit(request.url).path))
    page.goto(stage.at(f"cases/{stage.world.number}"))
    page.wait_for_selector("[data-ready]", state="attached")
    static = {path.removeprefix("/static/") for path in fetched if path.startswith("/static/")}
    parts = {re.sub(r"-\w{8}\.js$", "", name.removeprefix("chunks/")) for name in static if "chunks/" in name}
    fonts = {name for name in static if name.endswith(".woff2")}
    assert parts <= OF_A_CASE
    assert fonts <= {f"assets/inter-{part}-wght-normal.woff2" for part in ("latin", "latin-ext")}
    assert {name for name in static if "/" not in name} <= EVERYWHERE
