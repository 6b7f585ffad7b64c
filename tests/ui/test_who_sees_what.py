"""What a screen tells whoever may do little: also where a form was sent that they could not have been shown."""

import json

import pytest
from django.test import Client

from cases.logs.models import LogImport
from tenants.scope import reading
from tests.cases.kit import Office
from tests.logs.importing import text_log
from tests.logs.test_working_on_imports import LINES, uploaded, work


def visitor(player) -> Client:
    """A browser in which a player is logged in."""
    client = Client()
    client.force_login(player.user)
    return client


@pytest.fixture
def office(cast) -> Office:
    return Office(cast)


DESIGNERS_FORMS = {
    "acts/retire-template": {},
    "acts/add-stage": {"name": "Second look", "tab": "history"},
    "acts/set-reasons": {"tab": "changes"},
    "outcomes": {},
    "publish": {},
    "about": {"name": "Ours now"},
    "import": {"yaml": "name: Ours now"},
    "fields/new": {"name": "Age", "kind": "text"},
    "fields/company": {"name": "Firm", "kind": "text"},
    "fields/topics": {"redraw": "add", "kind": "choices"},
}


@pytest.mark.parametrize("form", DESIGNERS_FORMS)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "pieces"])
def test_a_form_of_the_designer_shows_nothing_to_those_who_may_not_see_templates(office, form, headers):
    office.template()
    address = f"/o/{office.cast.organization.slug}/templates/onboarding/{form}"
    answer = visitor(office.cast.guest).post(address, DESIGNERS_FORMS[form], headers=headers)
    told = answer.content.decode()
    assert answer.status_code == 403
    assert "You may not see templates" in told
    assert not [word for word in ("Client onboarding", "Approval", "Headcount", "Tax") if word in told]


def shown_to(player, office, path: str) -> str:
    return visitor(player).get(f"/o/{office.cast.organization.slug}/{path}").content.decode()


@pytest.fixture
def guests_case(office):
    """A case of the guest's team, which the designer has and the colleague opened. Quinn has nothing to do with it."""
    cast = office.cast
    team = office.team("Claims", cast.guest, cast.join("Tina Teammate", "guest"))
    case = office.open("Lovelace", team=team, owner=cast.designer.id)
    office.team("Legal", cast.join("Quinn Elsewhere", "guest"))
    return case


@pytest.mark.parametrize(
    "path",
    [
        "cases/{}",
        "cases/{}/assign",
        "cases/{}/fields/contact",
        "cases",
        "cases?template=onboarding",
        "boards/onboarding",
    ],
)
def test_a_guest_is_offered_the_names_of_those_they_work_with_alone(office, guests_case, path):
    path = path.format(guests_case.number)
    told = shown_to(office.cast.guest, office, path)
    assert "Gus Guest" in told
    assert "Quinn Elsewhere" not in told
    assert "Legal" not in told
    assert "boards" in path or "Tina Teammate" in told


def test_whoever_has_a_case_or_wrote_in_it_can_be_named_there_by_a_guest(office, guests_case):
    html = shown_to(office.cast.guest, office, f"cases/{guests_case.number}")
    named = html.split('id="mentionable"')[1].split("</script>")[0]
    assert [each["name"] for each in json.loads(named.partition(">")[2])] == [
        "Carl Colleague", "Dora Designer", "Gus Guest", "Tina Teammate",
    ]  # fmt: skip


def test_a_plan_that_is_refused_shows_nothing_of_the_file_to_those_who_may_not_import(committed_cast):
    log = work(committed_cast, uploaded(committed_cast, text_log(*LINES)))
    address = f"/o/{committed_cast.organization.slug}/imports/{log.id}/plan"
    answer = visitor(committed_cast.reader).post(address, {"template_name": "Ours", "case": "case"})
    assert answer.status_code == 403
    assert "You may not import event logs" in answer.content.decode()
    assert "log.csv" not in answer.content.decode()
    with committed_cast.scope, reading():
        assert LogImport.objects.get(id=log.id).template_name == log.template_name
