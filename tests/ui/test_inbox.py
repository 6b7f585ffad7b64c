"""The inbox as it is drawn: where it begins, and what stays after everything was read."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.timezone import now

from automations.following_up import follow_up
from cases.actions.pausing import hold_case
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tenants.actions.teams import add_team_member, create_team
from tests.cases.kit import Office
from timeline.relay import carry


@pytest.fixture
def visit(cast):
    """Ask for the inbox as somebody."""

    def ask(player, path="inbox", method="get"):
        client = Client()
        client.force_login(player.user)
        return getattr(client, method)(f"/o/{player.slug}/{path}").content.decode()

    return ask


def test_a_new_organization_is_shown_where_to_begin(cast, visit):
    assert "Begin with a process" in visit(cast.owner)
    assert "Invite people" in visit(cast.owner)
    assert "Invite people" not in visit(cast.designer)
    assert "All read" in visit(cast.colleague)
    template = create_template(by=cast.owner.actor, gallery="complaint-handling")
    publish_template(by=cast.owner.actor, template_id=template.id)
    assert "All read" in visit(cast.owner)


def test_what_is_on_hold_stands_in_the_order_of_the_days_to_look_again(cast, visit, nothing_waits):
    office, colleague = Office(cast), cast.colleague
    today = now().astimezone(ZoneInfo("Europe/Berlin")).date()
    for title, days in (("Later", 5), ("No day", None), ("Due", 0), ("Soon", 1)):
        case = office.open(title, owner=colleague.id)
        until = None if days is None else today + timedelta(days=days)
        hold_case(by=office.by.actor, case_id=case.id, reason="Waiting", until=until)
    held = visit(colleague, "inbox?tab=held")
    assert sorted(("Later", "No day", "Due", "Soon"), key=held.index) == ["Due", "Soon", "Later", "No day"]
    assert held.count("look again</span>") == 1
    assert follow_up() == 1
    carry(organization_id=cast.organization.id)
    news = visit(colleague)
    assert "asked to look again at the case" in news
    assert "Due" in news


def test_the_list_shows_the_day_to_look_again_and_asks_for_some_of_them(cast, visit):
    office = Office(cast)
    for title, until in (("Early", date(2040, 1, 1)), ("Late", date(2040, 2, 1))):
        hold_case(by=office.by.actor, case_id=office.open(title).id, reason="Waiting", until=until)
    page = visit(cast.colleague, "cases?col=title&col=hold_until&sort=-hold_until&hold_until.gte=2040-01-02")
    assert "Late" in page
    assert "1 Feb 2040" in page
    assert "Early" not in page
    assert "Look again from 2 Jan 2040" in page


def test_marking_everything_as_read_keeps_the_tabs_and_goes_on_listening(cast, visit):
    team = create_team(by=cast.owner.actor, name="Night shift")
    add_team_member(by=cast.owner.actor, team_id=team.id, member_id=cast.colleague.id)
    for page in (visit(cast.colleague), visit(cast.colleague, "inbox/read", "post")):
        assert "Night shift" in page
        assert f'data-live-on="inbox:{cast.colleague.id}"' in page
