"""The dialog that moves a case asks for what the stage waits for, and then moves it."""

import re
from html import unescape

import pytest
from django.test import Client

from cases.actions.changing import change_fields
from cases.models import Case
from tenants.actions.roles import create_role
from tests.cases.kit import Office

HTMX = {"HX-Request": "true", "HX-Target": "dialog#dialog"}


@pytest.fixture
def office(cast):
    return Office(cast)


@pytest.fixture
def case(office):
    """A case that lacks the amount that Approval waits for."""
    return office.open(stage="review")


@pytest.fixture
def dialog(office, case):
    """The dialog of one person: `dialog()` shows it, `dialog(to=…)` for a stage, `dialog.send(…)` sends it."""
    return Dialog(office, case, office.cast.colleague)


class Dialog:
    def __init__(self, office, case, player):
        self.client, self.office, self.case = Client(), office, case
        self.client.force_login(player.user)
        self.url = f"/o/{office.cast.organization.slug}/cases/{case.number}/move"

    def __call__(self, to=""):
        return unescape(self.client.get(self.url, {"to": to}, headers=HTMX).content.decode())

    def page(self):
        return unescape(self.client.get(self.url.removesuffix("/move")).content.decode())

    def send(self, status, **typed):
        typed = {"dialog": "1", "expected_version": self.now.version, **typed}
        answer = self.client.post(self.url, typed, headers={"HX-Request": "true"})
        assert answer.status_code == status
        return unescape(answer.content.decode())

    @property
    def now(self):
        with self.office.cast.scope:
            return Case.objects.get(id=self.case.id)


def test_what_a_stage_waits_for_is_filled_in_where_it_is_asked_for_and_the_case_moves(dialog):
    assert "move?to=approval" in dialog()
    form = dialog(to="approval")
    assert 'name="field.amount"' in form
    assert "Save and move to Approval" in form
    said = dialog.send(200, to="approval", **{"field.amount": "250 EUR"})
    assert f"Moved to Approval: {dialog.case.number}" in said
    assert (dialog.now.stage, dialog.now.data["amount"]["amount"]) == ("approval", "250.00")


def test_what_does_not_fit_is_said_beside_it_and_stays_as_typed(dialog):
    form = dialog.send(422, to="approval", **{"field.amount": "a lot"})
    assert 'value="a lot"' in form
    assert 'id="move-amount-error"' in form
    form = dialog.send(422, to="approval", **{"field.amount": ""})
    assert "Amount is needed in Approval." in form
    assert dialog.now.stage == "review"


def test_what_was_filled_in_stays_where_the_move_is_refused_for_its_reason(office):
    case = office.open()  # from Intake, Approval is a skip: it asks why
    dialog = Dialog(office, case, office.cast.colleague)
    form = dialog.send(422, to="approval", **{"field.amount": "250 EUR"})
    assert "Say why" in form
    assert (dialog.now.stage, dialog.now.data["amount"]["amount"]) == ("intake", "250.00")
    dialog.send(200, to="approval", reason="In a hurry")
    assert dialog.now.stage == "approval"


def test_a_stale_dialog_changes_nothing(office, dialog, case):
    before = dialog.now.version
    change_fields(by=office.cast.owner.actor, case_id=case.id, values={"company": "Other"})
    form = dialog.send(409, to="approval", expected_version=before, **{"field.amount": "250 EUR"})
    assert "Changed meanwhile" in form
    assert 'value="250 EUR"' in form
    assert "amount" not in dialog.now.data


def test_whoever_may_move_but_not_change_is_told_what_is_missing(office, case):
    role = create_role(by=office.cast.owner.actor, name="Mover", permissions=["case.view", "case.move"])
    mover = office.cast.join("Mona Mover", role.key)
    shown = Dialog(office, case, mover)
    assert "Fill in first: Amount" in shown()
    assert "move?to=approval" not in shown()


def test_a_form_in_a_tab_of_its_own_leads_to_the_case_when_it_is_done(dialog):
    answer = dialog.client.post(
        dialog.url,
        {"dialog": "1", "to": "approval", "field.amount": "250 EUR"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{dialog.url}?to=approval"},
    )
    assert answer["HX-Redirect"] == dialog.url.removesuffix("/move")


def test_back_leads_to_the_choice_of_stages_and_what_was_typed_waits_for_its_stage(dialog):
    typed = {"reason": "The customer called", "field.amount": "250 EUR"}
    choice = dialog.send(200, to="approval", ask="", **typed)
    assert 'name="kept.reason" value="The customer called"' in choice
    assert 'name="kept.field.amount" value="250 EUR"' in choice
    assert 'name="to"' not in choice, "no stage is chosen without showing what was typed"
    other = dialog.send(200, ask="intake", **{f"kept.{name}": text for name, text in typed.items()})
    assert ">The customer called</textarea>" in other
    assert 'name="kept.field.amount" value="250 EUR"' in other
    again = dialog.send(200, to="intake", ask="approval", reason="The customer called",
                        **{"kept.field.amount": "250 EUR"})  # fmt: skip
    assert 'name="field.amount" value="250 EUR"' in again
    assert ">The customer called</textarea>" in again
    assert dialog.now.stage == "review"
    assert "amount" not in dialog.now.data


def test_a_form_gone_back_from_still_knows_what_it_was_drawn_of(office, dialog, case):
    before = dialog.now.version
    change_fields(by=office.cast.owner.actor, case_id=case.id, values={"company": "Other"})
    choice = dialog.send(200, to="approval", ask="", expected_version=before)
    assert f'name="expected_version" value="{before}"' in choice


def test_the_next_stage_of_the_expected_path_is_the_first_choice_and_the_one_in_focus(office):
    case = office.open(stage="approval", values={"amount": "250 EUR"})
    choices = re.findall(r"<button[^>]*menu-line[^>]*>", Dialog(office, case, office.cast.colleague)())
    assert "move?to=done" in choices[0], "Waiting stands before it in the template, but beside the path"
    assert ["autofocus" in choice for choice in choices] == [True, False, False, False]


def test_the_button_for_the_next_stage_leads_to_the_form_for_what_is_missing(dialog):
    page = dialog.page()
    assert re.search(r'id="ask-next"[^>]*title="Fill in first: Amount."[^>]*move\?to=approval"', page)
    assert "Amount" in dialog(to="approval")


def test_whoever_may_not_fill_in_what_is_missing_has_no_button_for_the_next_stage(office, case):
    role = create_role(by=office.cast.owner.actor, name="Mover", permissions=["case.view", "case.move"])
    page = Dialog(office, case, office.cast.join("Mona Mover", role.key)).page()
    assert "do-move" in page
    assert "ask-next" not in page


def test_every_other_stage_on_the_strip_leads_to_the_dialog_which_says_why_not(office):
    dialog = Dialog(office, office.open(), office.cast.colleague)
    asked = re.findall(r'class="strip-ask".*?move\?to=(\w+)"', dialog.page())
    assert asked == ["review", "approval", "done"]
    assert "Move to Review</button>" in dialog(to="review")
    choice = dialog(to="done")
    assert re.search(
        r"Not to Done\.</strong>\s*The template does not allow going from Intake to Done", choice
    )


def test_the_strip_is_plain_for_whoever_may_not_move_the_case(office, case):
    role = create_role(by=office.cast.owner.actor, name="Reader", permissions=["case.view"])
    page = Dialog(office, case, office.cast.join("Rita Reader", role.key)).page()
    assert "strip-step" in page
    assert "strip-ask" not in page
