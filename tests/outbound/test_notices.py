"""Notices: laid into inboxes by the relay, once; counted, read, and nobody else's."""

import pytest

from casefy.errors import Forbidden
from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from cases.actions.moving import move_case
from outbound.actions.notices import read_notices
from outbound.models import Notice
from outbound.queries import inbox
from outbound.unread import forget_count, unread_count
from tenants.actions.members import deactivate_member
from tenants.actor import system_actor
from tenants.scope import reading, scoped_to
from tests.cases.kit import Office
from timeline.relay import carry


@pytest.fixture
def office(cast) -> Office:
    """Acme with a template; the colleague opens cases, the designer takes part."""
    office = Office(cast)
    _ = cast.designer
    office.template()
    return office


def lines(office, player, by=None):
    carry(organization_id=office.cast.organization.id)
    by = by or player.actor
    with office.cast.scope, reading():
        return inbox(by).lines


def unread(office, player):
    with office.cast.scope, reading():
        return unread_count(player.actor)


def test_whoever_is_given_a_case_finds_it_in_their_inbox(office):
    cast, case = office.cast, office.open()
    assign_case(by=cast.colleague.actor, case_id=case.id, owner=cast.designer.id)
    (line,) = lines(office, cast.designer)
    assert (line.kind, line.case_number, line.case_title) == ("assigned", case.number, case.title)
    assert line.event.actor_label == "Carl Colleague"
    assert lines(office, cast.colleague) == ()


def test_the_owner_hears_of_moves_and_comments_and_those_who_are_mentioned_too(office):
    cast = office.cast
    case = office.open(owner=cast.colleague.id)
    move_case(by=cast.designer.actor, case_id=case.id, to="review")
    comment_on_case(by=cast.designer.actor, case_id=case.id, text="Look, @Olga Owner")
    assert [line.kind for line in lines(office, cast.colleague)] == ["commented", "moved"]
    mentioned = [line.kind for line in lines(office, cast.owner)]
    assert mentioned == ["mentioned"]


def test_a_notice_is_laid_once_however_often_the_relay_runs(office):
    cast = office.cast
    office.open(owner=cast.designer.id)
    assert len(lines(office, cast.designer)) == len(lines(office, cast.designer)) == 1


def test_unread_is_counted_by_case_and_ends_with_reading(office):
    cast = office.cast
    case, other = office.open(owner=cast.designer.id), office.open(owner=cast.designer.id)
    move_case(by=cast.colleague.actor, case_id=case.id, to="review")
    assert len(lines(office, cast.designer)) == 3
    forget_count(cast.organization.id, cast.designer.id)
    assert unread(office, cast.designer) == 2
    assert read_notices(by=cast.designer.actor, case_id=case.id) == 2
    forget_count(cast.organization.id, cast.designer.id)
    assert unread(office, cast.designer) == 1
    (line,) = [line for line in lines(office, cast.designer) if not line.is_read]
    assert line.case_id == other.id
    assert read_notices(by=cast.designer.actor, notice_ids=[line.id]) == 1
    assert read_notices(by=cast.designer.actor) == 0


def test_nobody_reads_anothers_notices_away(office):
    cast = office.cast
    office.open(owner=cast.designer.id)
    (line,) = lines(office, cast.designer)
    for reader in (cast.colleague, cast.stranger):
        assert read_notices(by=reader.actor, notice_ids=[line.id]) == 0
    with scoped_to(cast.stranger.actor.organization_id), reading():
        assert not Notice.objects.exists()
    with pytest.raises(Forbidden):
        read_notices(by=system_actor(cast.organization.id))


def test_whoever_was_deactivated_gets_no_notices(office):
    cast = office.cast
    case = office.open(owner=cast.designer.id)
    lines(office, cast.designer)
    before = cast.designer.actor
    deactivate_member(by=cast.owner.actor, member_id=cast.designer.id, hand_over_to=cast.colleague.id)
    assert len(lines(office, cast.designer, by=before)) == 1
    assert [line.case_id for line in lines(office, cast.colleague)] == [case.id]


def test_pages_of_an_inbox_go_on_by_key(office):
    cast = office.cast
    for _ in range(5):
        office.open(owner=cast.designer.id)
    everything = lines(office, cast.designer)
    seen, before, by = [], None, cast.designer.actor
    with cast.scope, reading():
        while True:
            page = inbox(by, before=before, limit=2)
            seen += page.lines
            before = page.older
            if before is None:
                break
    assert [line.id for line in seen] == [line.id for line in everything]


def test_a_guest_who_is_named_in_a_case_they_do_not_see_hears_nothing_of_it(office):
    cast, case = office.cast, office.open()
    comment_on_case(by=cast.colleague.actor, case_id=case.id, text=f"Not for @{cast.guest.name}")
    assert lines(office, cast.guest) == ()
    assert unread(office, cast.guest) == 0
    team = office.team("Outsiders", cast.guest)
    assign_case(by=cast.colleague.actor, case_id=case.id, team=team)
    comment_on_case(by=cast.colleague.actor, case_id=case.id, text=f"Now for @{cast.guest.name}")
    assert [line.event.fact["text"] for line in lines(office, cast.guest)] == [f"Now for @{cast.guest.name}"]


def test_what_a_guest_was_told_is_shown_no_longer_when_the_case_is_somebody_elses(office):
    cast = office.cast
    case = office.open(owner=cast.guest.id)
    assert [line.kind for line in lines(office, cast.guest)] == ["assigned"]
    assert unread(office, cast.guest) == 1
    assign_case(by=cast.colleague.actor, case_id=case.id, owner=cast.designer.id)
    assert lines(office, cast.guest) == ()
    forget_count(cast.organization.id, cast.guest.id)
    assert unread(office, cast.guest) == 0
    assert [line.kind for line in lines(office, cast.designer)] == ["assigned"]
