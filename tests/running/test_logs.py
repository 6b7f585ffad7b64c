"""What the logs say of a request: its route and public ids, never an address that lets somebody in."""

import json
import logging

import pytest

from casefy import logs

pytestmark = pytest.mark.django_db
SECRET = "cd2-live-secret-of-a-mail-0123456789"


@pytest.fixture
def lines():
    """All lines as an operator's collector gets them."""
    said: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record):
            said.append(self.format(record))

    collector = Collector()
    wanted = logs.configuration(as_json=True, level="INFO")["formatters"]["structured"]
    collector.setFormatter(wanted.pop("()")(**wanted))
    logging.getLogger().addHandler(collector)
    yield said
    logging.getLogger().removeHandler(collector)


@pytest.mark.parametrize(
    "address",
    [
        f"/accounts/password/reset/key/9-{SECRET}/",
        f"/accounts/confirm-email/{SECRET}/",
        f"/invitations/{SECRET}",
        f"/invitations/{SECRET}/nothing/is/here",
        f"/nothing/{SECRET}?and={SECRET}",
    ],
)
def test_no_log_line_has_the_secret_of_an_address(client, lines, address):
    client.get(address)
    client.post(address)
    assert [line for line in lines if '"route"' in line]
    assert SECRET not in "\n".join(lines)


def test_a_request_that_fails_tells_no_log_its_address(client, lines, settings):
    settings.ROOT_URLCONF = "tests.running.failing"
    client.raise_request_exception = False
    assert client.get(f"/fails/{SECRET}").status_code == 500
    (fault,) = [json.loads(line) for line in lines if "Internal Server Error" in line]
    assert fault["event"] == "Internal Server Error: fails/<str:secret>"
    assert SECRET not in "\n".join(lines)


def test_a_line_names_what_a_request_was_about(client, cast, lines):
    client.force_login(cast.owner.user)
    client.get(f"/o/{cast.organization.slug}/cases/PO-2026-00017")
    (line,) = [json.loads(line) for line in lines if '"route"' in line]
    assert line["route"] == "^o/[^/]+/cases/<str:number>"
    assert (line["ids"], line["organization"]) == ({"number": "PO-2026-00017"}, str(cast.organization.id))
