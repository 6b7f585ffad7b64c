"""A case is given to a team and known by another system's number from the first form on; who assigns may say why."""

import pytest
from django.test import Client

from cases.models import Case
from tests.acting import acts
from tests.cases.kit import Office
from ui.templatetags.casefy_ui import face_hue

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


def test_who_only_looks_on_is_not_offered_and_a_guest_is(office, send):
    case, cast = office.open(), office.cast
    looking, guest = cast.reader.id, cast.guest.id
    client = Client()
    client.force_login(cast.colleague.user)
    for path in (f"cases/{case.number}/assign", "cases/new"):
        form = client.get(f"/o/{cast.organization.slug}/{path}").content.decode()
        owners = form.split('name="owner"')[1].split("</select>")[0]
        assert str(guest) in owners
        assert str(looking) not in owners
    refused = send(f"cases/{case.number}/assign", owner=str(looking), dialog="1")
    assert refused.status_code == 422
    assert "does not let them work on cases" in refused.content.decode()


def test_a_person_has_one_colour_whether_their_id_comes_as_such_or_as_text(office):
    ids = [office.cast.colleague.id, office.cast.owner.id, office.cast.guest.id]
    assert [face_hue(each) for each in ids] == [face_hue(str(each)) for each in ids]
