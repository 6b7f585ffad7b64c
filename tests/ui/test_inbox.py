"""The inbox as it is drawn: where it begins, and what stays after everything was read."""

import pytest
from django.test import Client

from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tenants.actions.teams import add_team_member, create_team


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


def test_marking_everything_as_read_keeps_the_tabs_and_goes_on_listening(cast, visit):
    team = create_team(by=cast.owner.actor, name="Night shift")
    add_team_member(by=cast.owner.actor, team_id=team.id, member_id=cast.colleague.id)
    for page in (visit(cast.colleague), visit(cast.colleague, "inbox/read", "post")):
        assert "Night shift" in page
        assert f'data-live-on="inbox:{cast.colleague.id}"' in page
