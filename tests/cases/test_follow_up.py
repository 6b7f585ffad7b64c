"""The day to look again at a case on hold: said once, where the organization is, to whom it concerns."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from automations.following_up import follow_up
from casefy.errors import Conflict, Forbidden, Missing
from cases.actions.assigning import assign_case
from cases.actions.ending import cancel_case
from cases.actions.pausing import hold_case, reach_follow_up, resume_case
from outbound.queries import inbox
from tenants.actor import system_actor
from tenants.models import Organization
from tenants.scope import reading
from tests.acting import acts, refused
from timeline.queries import page
from timeline.relay import carry

pytestmark = pytest.mark.usefixtures("nothing_waits")
DAY = date(2031, 7, 1)
# The organization is in Berlin, where the day begins two hours before it does in Greenwich.
EVE, MORNING = datetime(2031, 6, 30, 21, 59, tzinfo=UTC), datetime(2031, 6, 30, 22, 0, tzinfo=UTC)


def at(moment):
    return time_machine.travel(moment, tick=False)


def held(office, until=DAY, **more):
    case = office.open(**more)
    with at(datetime(2031, 6, 1, tzinfo=UTC)):
        hold_case(by=office.by.actor, case_id=case.id, reason="Waiting for papers", until=until)
    return office.case(case.id)


def said_to(office, player):
    """The kinds of notices of follow-ups in somebody's inbox."""
    carry(organization_id=office.cast.organization.id)
    with office.cast.scope, reading():
        lines = inbox(player.actor).lines
    return [(line.kind, line.case_id) for line in lines if line.kind == "follow_up"]


def test_it_is_said_when_the_day_begins_where_the_organization_is(office):
    case = held(office)
    with at(EVE):
        assert follow_up() == 0
    with at(MORNING), acts(case, says=["case.follow_up_reached"]) as acted:
        assert follow_up() == 1
    event = acted.event
    assert event.fact == {"until": "2031-07-01", "held_by": str(office.by.id)}
    assert (event.actor_label, event.sentence) == (
        "CaseFy",
        "asked to look again at the case: the day has come",
    )
    row = office.case(case.id)
    assert (row.status, row.hold_until, row.follow_up_on) == ("on_hold", DAY, None)


def test_the_zone_that_counts_is_the_one_of_the_day_itself(office):
    held(office)
    with office.cast.scope:
        Organization.objects.filter(id=office.cast.organization.id).update(time_zone="Pacific/Kiritimati")
    with at(datetime(2031, 6, 30, 9, 59, tzinfo=UTC)):
        assert follow_up() == 0
    with at(datetime(2031, 6, 30, 10, 0, tzinfo=UTC)):
        assert follow_up() == 1


def test_a_zone_the_database_does_not_know_keeps_nobody_waiting(office):
    held(office)
    with office.cast.scope:
        # As "localtime", or a zone that Python's tables have a release before the database's.
        Organization.objects.filter(id=office.cast.organization.id).update(time_zone="Mars/Base")
        due = "SELECT count(*) FROM porter.follow_ups_due(%s, 1000) WHERE organization_id = %s"
        with connection.cursor() as cursor:
            for moment in (EVE, MORNING + timedelta(hours=2)):
                cursor.execute(due, [moment, office.cast.organization.id])
                assert cursor.fetchone() == (int(moment > MORNING),)


def test_it_names_the_hold_as_its_cause(office):
    case = held(office)
    with at(MORNING), acts(case, says=["case.follow_up_reached"]) as acted:
        reach_follow_up(by=system_actor(case.organization_id), case_id=case.id)
    with office.cast.scope, reading():
        (hold,) = page(case.id, types=("case.held",))
    assert (acted.event.caused_by, acted.event.depth) == (hold.id, 1)


def test_it_is_said_once_however_often_the_tick_comes(office):
    cast, case = office.cast, held(office, owner=office.cast.designer.id)
    with at(MORNING), acts(case, says=["case.follow_up_reached"]):
        assert (follow_up(), follow_up()) == (1, 0)
    with at(MORNING + timedelta(days=3)), acts(case, says=[]):
        assert follow_up() == 0
    assert said_to(office, cast.designer) == said_to(office, cast.designer) == [("follow_up", case.id)]


def test_a_day_that_passed_while_nothing_ran_is_said_when_it_runs_again(office):
    case = held(office)
    with at(MORNING + timedelta(days=9)), acts(case, says=["case.follow_up_reached"]):
        assert follow_up() == 1


def test_of_a_case_that_was_taken_up_ended_or_has_no_day_nothing_is_said(office):
    resumed, cancelled, _ = held(office), held(office), held(office, until=None)
    with at(EVE):
        resume_case(by=office.by.actor, case_id=resumed.id)
        cancel_case(by=office.by.actor, case_id=cancelled.id)
    with at(MORNING), acts(resumed, says=[]):
        assert follow_up() == 0
        with pytest.raises(Conflict, match="No day to look again has come"):
            reach_follow_up(by=system_actor(resumed.organization_id), case_id=resumed.id)


def test_a_case_held_until_another_day_is_heard_of_on_that_day_alone(office):
    case = held(office, owner=office.by.id)
    later = DAY + timedelta(days=1)
    with at(EVE):
        resume_case(by=office.by.actor, case_id=case.id)
        hold_case(by=office.by.actor, case_id=case.id, reason="Still waiting", until=later)
    with at(MORNING):
        assert follow_up() == 0
    with at(MORNING + timedelta(days=1)), acts(case, says=["case.follow_up_reached"]) as acted:
        assert follow_up() == 1
    assert acted.event.fact["until"] == later.isoformat()


def test_whoever_takes_the_case_up_before_the_notice_is_laid_gets_none(office):
    case = held(office, owner=office.cast.designer.id)
    with at(MORNING):
        follow_up()
    resume_case(by=office.cast.designer.actor, case_id=case.id)
    assert said_to(office, office.cast.designer) == []


def test_the_owner_hears_it_and_not_whoever_held_the_case(office):
    cast, case = office.cast, held(office, owner=office.cast.designer.id)
    with at(MORNING):
        follow_up()
    assert said_to(office, cast.designer) == [("follow_up", case.id)]
    assert said_to(office, office.by) == []


def test_without_an_owner_the_team_hears_it(office):
    cast, case = office.cast, held(office)
    team = office.team("Claims", cast.designer, cast.owner)
    assign_case(by=office.by.actor, case_id=case.id, team=team)
    with at(MORNING):
        follow_up()
    for player in (cast.designer, cast.owner):
        assert said_to(office, player) == [("follow_up", case.id)]
    assert said_to(office, office.by) == []


def test_without_owner_and_team_whoever_held_the_case_hears_it(office):
    case = held(office)
    with at(MORNING):
        follow_up()
    assert said_to(office, office.by) == [("follow_up", case.id)]


def test_one_case_that_cannot_be_told_of_keeps_no_other_waiting(office):
    broken, case = held(office), held(office)
    with office.cast.scope:
        type(case).objects.filter(id=broken.id).update(
            version=40
        )  # its timeline says otherwise: the act fails
    with at(MORNING):
        assert follow_up() == 1
    assert [office.case(each.id).follow_up_on for each in (broken, case)] == [DAY, None]


def test_nobody_says_it_who_may_not_hold_cases(office):
    case, reader = held(office), office.cast.reader.actor
    with at(MORNING), refused(case, Forbidden):
        reach_follow_up(by=reader, case_id=case.id)


def test_a_stranger_finds_no_such_case(office):
    case, stranger = held(office), office.cast.stranger.actor
    with at(MORNING), refused(case, Missing):
        reach_follow_up(by=stranger, case_id=case.id)
