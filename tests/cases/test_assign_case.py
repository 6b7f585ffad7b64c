"""Saying who has a case."""

import threading
from uuid import uuid4

import pytest
from django.db import connections

from casefy.errors import Conflict, Forbidden, Invalid, Missing, Refused
from cases.actions import assigning
from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.queries import case_by_id
from tenants.actions import members
from tenants.actions.members import deactivate_member
from tenants.actions.teams import archive_team
from tenants.scope import reading
from tests.acting import acts, refused
from timeline.bodies import unseal
from timeline.models import EventBody
from timeline.queries import whole
from timeline.registry import event_types


def test_a_colleague_gives_a_case_to_a_member_in_five_statements(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.assigned"], queries=5) as acted:
        assign_case(
            by=by, case_id=case.id, owner=office.cast.owner.id, reason="Knows them", expected_version=1
        )
    assert office.case(case.id).owner_id == office.cast.owner.id
    assert acted.event.sentence == "assigned the case to Olga Owner"
    assert acted.event.reason == "Knows them"


def test_a_case_goes_to_a_member_and_a_team_and_back_to_nobody(office):
    team, case, by = office.team("Finance", office.by), office.open(), office.by.actor
    with acts(case, says=["case.assigned"]) as acted:
        assign_case(by=by, case_id=case.id, owner=office.by.id, team=team)
    assert acted.event.sentence == "assigned the case to Carl Colleague and the team Finance"
    with acts(case, says=["case.assigned"]) as acted:
        assign_case(by=by, case_id=case.id, team=team)
    assert acted.event.sentence == "assigned the case to the team Finance"
    assert acted.event.fact["from_owner_name"] == "Carl Colleague"
    with acts(case, says=["case.assigned"]) as acted:
        assign_case(by=by, case_id=case.id)
    assert acted.event.sentence == "assigned the case to nobody"


def test_names_can_be_taken_out_of_the_timeline_and_the_case_is_rebuilt_all_the_same(office):
    case, by = office.open(owner=office.cast.owner.id), office.by.actor
    assign_case(by=by, case_id=case.id, owner=office.by.id)
    change_fields(by=by, case_id=case.id, values={"contact": str(office.by.id)})
    with office.cast.scope, reading():
        bodies = EventBody.objects.filter(id__in=[event.id for event in whole(case.id)])
        texts = list(bodies.order_by("id").values_list("body", flat=True))
    opened, assigned, changed = (unseal(text, "{}")["fact"] for text in texts)
    assert (opened["owner"], opened["owner_name"]) == (str(office.cast.owner.id), "[redacted]")
    assert event_types["case.assigned"].tell(assigned) == "assigned the case to [redacted]"
    assert (assigned["owner"], assigned["from_owner_name"]) == (str(office.by.id), "[redacted]")
    change = changed["changes"]["contact"]
    assert (change["to"], change["from_shown"], change["to_shown"]) == (str(office.by.id), "", "[redacted]")


def test_who_has_it_already_keeps_it_without_an_event(office):
    case = office.open(owner=office.by.id)
    with acts(case, says=[]):
        assign_case(by=office.by.actor, case_id=case.id, owner=office.by.id)


def test_nobody_who_left_is_given_work(office):
    case, gone = office.open(), office.cast.join("Lea Leaver")
    deactivate_member(by=office.cast.owner.actor, member_id=gone.id)
    with refused(case, Invalid) as caught:
        assign_case(by=office.by.actor, case_id=case.id, owner=gone.id)
    assert caught.value.fields == {"owner": "Choose an active member."}


@pytest.mark.parametrize("leaves_first", [False, True])
def test_whoever_leaves_in_the_same_moment_keeps_no_case(committed_office, monkeypatch, leaves_first):
    office = committed_office
    gone, by, owner = office.cast.join("Lea Leaver"), office.by.actor, office.cast.owner.actor
    case, refusals = office.open(), []
    office.template()
    module, name = (members, "_say_deactivated") if leaves_first else (assigning, "save_and_say")
    reached, go_on, original = threading.Event(), threading.Event(), getattr(module, name)

    def wait_then_say(*given, **named):
        reached.set()
        go_on.wait(1)  # the other one is waiting for what this one holds, so nobody sets it
        return original(*given, **named)

    def attempt(act):
        try:
            act()
        except Refused as refused:
            refusals.append(refused.code if refused.code != "invalid" else refused.message)
        finally:
            connections.close_all()

    monkeypatch.setattr(module, name, wait_then_say)
    acts_ = [
        lambda: assign_case(by=by, case_id=case.id, owner=gone.id),
        lambda: deactivate_member(by=owner, member_id=gone.id),
    ]
    first, second = reversed(acts_) if leaves_first else acts_
    threads = [threading.Thread(target=attempt, args=(act,)) for act in (first, second)]
    threads[0].start()
    assert reached.wait(60)
    threads[1].start()
    for thread in threads:
        thread.join()
    assert refusals == (["This member cannot be given work."] if leaves_first else ["still_holds"])
    assert (office.case(case.id).owner_id == gone.id) is not leaves_first


def test_an_archived_team_is_given_no_work(office):
    team, case = office.team("Finance"), office.open()
    archive_team(by=office.cast.owner.actor, team_id=team)
    with refused(case, Invalid) as caught:
        assign_case(by=office.by.actor, case_id=case.id, team=team)
    assert caught.value.fields == {"team": "Choose one of the teams."}


@pytest.mark.parametrize("who", ["owner", "team"])
def test_nobody_unknown_is_given_work(office, who):
    case = office.open()
    with refused(case, Invalid) as caught:
        assign_case(by=office.by.actor, case_id=case.id, **{who: uuid4()})
    assert list(caught.value.fields) == [who]


def test_a_member_of_another_organization_is_nobody_here(office):
    case, stranger = office.open(), office.cast.stranger
    with refused(case, Invalid):
        assign_case(by=office.by.actor, case_id=case.id, owner=stranger.id)


def test_a_guest_sees_what_is_given_to_them_and_no_more(office):
    case, other, guest = office.open(), office.open(), office.cast.guest
    assign_case(by=office.by.actor, case_id=case.id, owner=guest.id)
    with office.cast.scope:
        assert case_by_id(case.id, guest.actor).id == case.id
        assert case_by_id(other.id, guest.actor) is None
    with refused(case, Forbidden, match="You may not assign cases to members and teams"):
        assign_case(by=guest.actor, case_id=case.id)
    with refused(other, Missing):
        assign_case(by=guest.actor, case_id=other.id)


def test_a_reader_may_not_and_is_told_who_could(office):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match="Carl Colleague"):
        assign_case(by=reader, case_id=case.id, owner=reader.member_id)


def test_a_stranger_finds_no_such_case(office):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing):
        assign_case(by=stranger, case_id=case.id, owner=stranger.member_id)


def test_a_stale_assignment_is_refused(office):
    case, by = office.open(), office.by.actor
    assign_case(by=by, case_id=case.id, owner=office.by.id)
    with refused(case, Conflict) as caught:
        assign_case(by=by, case_id=case.id, owner=office.cast.owner.id, expected_version=1)
    assert caught.value.code == "stale"


def test_who_only_looks_on_cannot_be_given_a_case_but_may_keep_one_and_a_guest_can(office):
    case, by, cast = office.open(), office.by.actor, office.cast
    reader = cast.reader
    says = "the role Auditor does not let them work on cases"
    with refused(case, Invalid, match=says) as caught:
        assign_case(by=by, case_id=case.id, owner=reader.id)
    assert list(caught.value.fields) == ["owner"]
    with refused(case, Invalid, match=says):
        office.open(owner=reader.id)
    assign_case(by=by, case_id=case.id, owner=cast.guest.id)
    mine, team = office.open(owner=office.by.id), office.team("Finance", office.by)
    members.change_member_role(by=cast.owner.actor, member_id=office.by.id, role_id=cast.role("auditor").id)
    assert assign_case(by=cast.owner.actor, case_id=mine.id, owner=office.by.id, team=team).team_id == team
