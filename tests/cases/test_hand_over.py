"""A member who leaves hands their running cases over, each with its own event."""

import pytest

from casefy.errors import Conflict, Invalid
from cases.actions.ending import close_case
from tenants.actions.members import deactivate_member
from tests.acting import acts, refused


@pytest.fixture
def leaving(office):
    """The colleague with two running cases and one that has ended, and the owner who lets them go."""
    cast = office.cast
    cases = [office.open(title, owner=cast.colleague.id) for title in ("One", "Two", "Three")]
    office.template()
    _ = cast.designer
    close_case(by=cast.colleague.actor, case_id=cases[2].id, outcome="won", reason="done")
    return cases


def test_running_cases_stand_in_the_way_until_somebody_takes_them(office, leaving):
    cast = office.cast
    by = cast.owner.actor
    with refused(cast.organization, Conflict, match="still holds 2 running cases"):
        deactivate_member(by=by, member_id=cast.colleague.id)


def test_running_cases_are_handed_over_and_what_ended_stays(office, leaving):
    cast, (one, two, ended) = office.cast, leaving
    by, taker = cast.owner.actor, cast.designer
    says = ["case.assigned", "case.assigned", "member.deactivated"]
    with acts(cast.organization, says=says) as acted:
        deactivate_member(by=by, member_id=cast.colleague.id, hand_over_to=taker.id)
    assert [office.case(case.id).owner_id for case in (one, two, ended)] == [
        taker.id,
        taker.id,
        cast.colleague.id,
    ]
    assert acted.events[0].sentence == "assigned the case to Dora Designer"
    assert acted.events[0].reason == "Carl Colleague leaves"
    with acts(office.case(one.id), says=[]):  # its replay equals its row
        pass


def test_who_only_looks_on_takes_nothing_over(office, leaving):
    cast = office.cast
    by, reader = cast.owner.actor, cast.reader
    with refused(cast.organization, Invalid, match="may work on cases"):
        deactivate_member(by=by, member_id=cast.colleague.id, hand_over_to=reader.id)
