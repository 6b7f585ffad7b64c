"""Who hears what, and until when: real acts, real requests, and the real process that passes on what is announced."""

import time
from uuid import uuid4

import pytest
from django.test import Client

from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from cases.actions.importing import upload_log
from tenants.actions.members import change_member_role, deactivate_member, reactivate_member
from tenants.actions.organizations import update_organization
from tenants.actions.roles import create_role, delete_role, update_role
from tenants.actions.teams import add_team_member, create_team, remove_team_member
from tests.cases.kit import Office
from tests.cast import PASSWORD, Player
from tests.running.listening import Visitor, live_process
from timeline.relay import carry

pytestmark = pytest.mark.xdist_group("live")


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with live_process(tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture
def live(process):
    yield process
    process.hang_up()


@pytest.fixture
def cast(committed_cast):
    return committed_cast


@pytest.fixture
def office(cast):
    return Office(cast)


def deactivated(cast, player):
    deactivate_member(by=cast.owner.actor, member_id=player.id)


def made_a_guest(cast, player):
    change_member_role(by=cast.owner.actor, member_id=player.id, role_id=cast.role("guest").id)


def put_into_a_team(cast, player):
    team = create_team(by=cast.owner.actor, name=f"Team of {player.name}")
    add_team_member(by=cast.owner.actor, team_id=team.id, member_id=player.id)


@pytest.mark.parametrize(
    ("what", "last"),
    [
        (deactivated, "member.deactivated"),
        (made_a_guest, "member.role_changed"),
        (put_into_a_team, "team.member_added"),
    ],
)
def test_the_stream_of_somebody_whose_place_changed_ends_within_a_second(live, cast, what, last):
    players = cast.colleague, cast.join("Cora Colleague"), cast.join("Curt Colleague")
    others = Visitor(cast.reader)
    live.settle()
    tickets = [Visitor(player).ticket() for player in players]
    bystander, took = live.listen(others.ticket()), []
    for player, ticket in zip(players, tickets, strict=True):
        listener = live.listen(ticket)
        what(cast, player)
        took.append(listener.ends())
        assert live.status(ticket) == 403, "the old ticket lets in nobody"
        while (heard := bystander.message()["type"]) != last:
            assert heard == "team.created"
    assert min(took) < 1, "the machine may do other things meanwhile, but not each time"
    assert bystander.is_silent(), "the others' streams stay"


def test_after_somebody_was_deactivated_no_message_of_the_organization_reaches_them(live, cast, office):
    visitor = Visitor(cast.colleague)
    tickets = [visitor.ticket() for _ in range(3)]
    listeners = [live.listen(ticket) for ticket in tickets[:2]]
    deactivated(cast, cast.colleague)
    office.open(by=cast.owner.actor)
    for listener in listeners:
        listener.ends()
    assert visitor.ask().status_code == 404
    assert {live.status(ticket) for ticket in tickets} == {403}
    reactivate_member(by=cast.owner.actor, member_id=cast.colleague.id)
    assert {live.status(ticket) for ticket in tickets} == {403}, "what was given out before is not good again"
    again = live.listen(visitor.ticket())
    office.open(by=cast.owner.actor)
    assert again.line().startswith((b"event: resync", b"data: "))


def test_who_may_no_longer_see_every_case_hears_of_their_own_alone(live, cast, office):
    case = office.open()
    visitor = Visitor(cast.colleague)
    listener = live.listen(visitor.ticket())
    made_a_guest(cast, cast.colleague)
    listener.ends()
    live.settle()
    listener = live.listen(visitor.ticket())
    comment_on_case(by=cast.owner.actor, case_id=case.id, text="Not for you")
    assert listener.is_silent()


def test_a_role_that_changed_or_went_away_is_judged_anew(live, cast):
    by = cast.owner.actor
    role = create_role(by=by, name="Desk", permissions=["case.view"])
    change_member_role(by=by, member_id=cast.colleague.id, role_id=role.id)
    visitor = Visitor(cast.colleague)
    listener = live.listen(visitor.ticket())
    update_role(by=cast.owner.actor, role_id=role.id, name="Desk", permissions=["case.view_assigned"])
    listener.ends()
    live.settle()
    listener = live.listen(visitor.ticket())
    delete_role(by=cast.owner.actor, role_id=role.id, destination_id=cast.role("auditor").id)
    listener.ends()
    live.settle()
    listener = live.listen(visitor.ticket())
    update_organization(by=cast.owner.actor, name="Acme & Sons", time_zone="UTC", locale="en")
    assert listener.message()["type"] == "organization.changed"


def test_the_streams_of_a_session_end_when_it_signs_out_and_no_others(live, cast):
    here, elsewhere = Visitor(cast.colleague), Visitor(cast.colleague)
    live.settle()
    tickets = here.ticket(), elsewhere.ticket()
    leaving, staying = (live.listen(ticket) for ticket in tickets)
    assert here.client.post("/accounts/logout/").status_code == 302
    leaving.ends()
    assert live.status(tickets[0]) == 403
    assert here.ask().status_code == 302
    assert staying.is_silent()


def test_another_password_ends_what_sessions_under_the_old_one_hear(live, cast):
    here, elsewhere = Visitor(cast.colleague), Visitor(cast.colleague)
    other = Visitor(cast.reader)
    live.settle()
    bystander = live.listen(other.ticket())
    tickets = here.ticket(), elsewhere.ticket()
    streams = [live.listen(ticket) for ticket in tickets]
    new = "another horse battery"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.client.post("/accounts/password/change/", form).status_code == 302
    for stream in streams:
        stream.ends()
    assert {live.status(ticket) for ticket in tickets} == {403}
    assert elsewhere.ask().status_code == 302, "that session has ended"
    live.listen(here.ticket())
    assert bystander.is_silent()


def test_a_member_of_two_organizations_who_leaves_one_goes_on_in_the_other(live, cast):
    umbrella = cast.stranger
    place = cast.join("Carla Colleague")
    both = Player(umbrella.user, place.member, place.slug)
    live.settle()
    there = live.listen(Visitor(umbrella).ticket())
    deactivated(cast, both)
    assert there.is_silent()


def test_a_guest_hears_within_a_second_that_somebody_commented_on_their_case(live, cast, office):
    case, took = office.open(), []
    assign_case(by=cast.colleague.actor, case_id=case.id, owner=cast.guest.id)
    live.settle()
    guest = live.listen(Visitor(cast.guest).ticket())
    for _ in range(3):
        began = time.monotonic()
        comment_on_case(by=cast.colleague.actor, case_id=case.id, text="Have you seen this?")
        guest.looks_again()
        took.append(time.monotonic() - began)
    assert min(took) < 1


def test_a_guest_hears_of_nothing_that_happens_to_cases_of_others(live, cast, office):
    _ = cast.guest, cast.reader
    live.settle()
    ticket = Visitor(cast.guest).ticket()
    guest, witness = live.listen(ticket), live.listen(Visitor(cast.reader).ticket())
    case = office.open()
    assign_case(by=cast.colleague.actor, case_id=case.id, owner=cast.colleague.id)
    comment_on_case(by=cast.colleague.actor, case_id=case.id, text=f"@{cast.reader.name} look")
    carry(organization_id=cast.organization.id)
    upload_log(by=cast.owner.actor, file_name="log.csv", content=[b"case,activity,time\n"])
    assert [witness.message().get("type", "inbox") for _ in range(5)] == [
        "case.opened",
        "case.assigned",
        "case.commented",
        "inbox",
        "organization.log_uploaded",
    ]
    assert guest.is_silent(2)
    assert live.listen(ticket).is_silent(), "nor does whoever comes later"


def test_a_guest_hears_when_a_case_comes_to_them_or_their_team_and_when_it_goes(live, cast, office):
    by, case = cast.colleague.actor, office.open()
    team = create_team(by=cast.owner.actor, name=f"Claims {uuid4().hex[:4]}")
    add_team_member(by=cast.owner.actor, team_id=team.id, member_id=cast.guest.id)
    live.settle()
    visitor = Visitor(cast.guest)
    guest = live.listen(visitor.ticket())
    for owner, of in ((cast.guest.id, None), (cast.colleague.id, None), (None, team.id), (None, None)):
        assign_case(by=by, case_id=case.id, owner=owner, team=of)
        guest.looks_again()
    comment_on_case(by=by, case_id=case.id, text="Not theirs any more")
    assert guest.is_silent()
    assign_case(by=by, case_id=case.id, team=team.id)
    guest.looks_again()
    remove_team_member(by=cast.owner.actor, team_id=team.id, member_id=cast.guest.id)
    guest.ends()
    live.settle()
    guest = live.listen(visitor.ticket())
    comment_on_case(by=by, case_id=case.id, text="Nor the team's they were in")
    assert guest.is_silent()


def test_a_notice_is_heard_by_whom_it_is_for(live, cast, office):
    case = office.open()
    assign_case(by=cast.owner.actor, case_id=case.id, owner=cast.guest.id)
    live.settle()
    guest = live.listen(Visitor(cast.guest).ticket())
    carry(organization_id=cast.organization.id)
    guest.looks_again()


def test_who_may_see_no_case_at_all_hears_of_the_configuration_alone(live, cast, office):
    role = create_role(by=cast.owner.actor, name="Host", permissions=["member.manage"])
    case = office.open(by=cast.owner.actor)
    assign_case(by=cast.owner.actor, case_id=case.id, owner=cast.colleague.id)
    change_member_role(by=cast.owner.actor, member_id=cast.colleague.id, role_id=role.id)
    live.settle()
    listener = live.listen(Visitor(cast.colleague).ticket())
    comment_on_case(by=cast.owner.actor, case_id=case.id, text="Hm")
    assert listener.is_silent()
    update_organization(by=cast.owner.actor, name="Acme & Daughters", time_zone="UTC", locale="en")
    listener.looks_again()


def test_a_ticket_is_given_to_members_who_are_signed_in_alone(cast):
    assert Client().get(f"/o/{cast.organization.slug}/live").status_code == 302
    stranger = Client()
    stranger.force_login(cast.stranger.user)
    assert stranger.get(f"/o/{cast.organization.slug}/live").status_code == 404
    answer = Visitor(cast.guest).ask()
    assert answer["Cache-Control"] == "no-store"
