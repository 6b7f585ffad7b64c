"""A case is given to a team and known by another system's number from the first form on; who assigns may say why."""

import pytest
from django.test import Client

from cases.models import Case
from tests.acting import acts
from tests.cases.kit import Office

HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(cast):
    return Office(cast)


@pytest.fixture
def send(office):
    """Send a form as the colleague."""
    client = Client()
    client.force_login(office.cast.colleague.user)
    slug = office.cast.organization.slug
    return lambda path, **typed: client.post(f"/o/{slug}/{path}", typed, headers=HTMX)


def test_the_form_of_a_new_case_asks_for_a_team_and_a_reference(office, send):
    team = office.team("Desk")
    typed = {"template": "onboarding", "title": "From outside", "team": str(team), "external_ref": " PO-77 "}
    assert 'name="team"' in send("cases/new", redraw="1", template="onboarding").content.decode()
    assert send("cases/new", **typed).status_code < 400
    with office.cast.scope:
        case = Case.objects.get(title="From outside")
    assert (case.team_id, case.external_ref) == (team, "PO-77")
    again = send("cases/new", **typed)
    form = again.content.decode()
    assert again.status_code == 409
    assert "From outside" in form
    assert 'value=" PO-77 "' in form
    assert "Each case of a template has a reference of its own." in form


def test_who_assigns_may_say_why(office, send):
    case = office.open()
    with acts(case, says=["case.assigned"]) as acted:
        send(f"cases/{case.number}/assign", owner=str(office.cast.owner.id), reason="Knows the client")
    assert acted.event.reason == "Knows the client"
