"""Whom an event concerns."""

from uuid import uuid4

import pytest

from outbound.noticing import TO_OWNER, concerned

ANA, BEN, CARL = uuid4(), uuid4(), uuid4()


@pytest.mark.parametrize("type_", TO_OWNER)
def test_the_owner_hears_what_somebody_else_did(type_):
    assert concerned(type_, {}, actor=BEN, owner=ANA) == {ANA: TO_OWNER[type_]}


@pytest.mark.parametrize("type_", TO_OWNER)
def test_nobody_hears_of_their_own_acts(type_):
    assert concerned(type_, {}, actor=ANA, owner=ANA) == {}


def test_whoever_is_mentioned_hears_it_as_a_mention_even_as_the_owner():
    fact = {"mentions": [str(ANA), str(CARL), str(BEN)]}
    assert concerned("case.commented", fact, actor=BEN, owner=ANA) == {ANA: "mentioned", CARL: "mentioned"}


def test_whoever_is_given_a_case_hears_it():
    assert concerned("case.assigned", {"owner": str(ANA), "from_owner": None}, actor=BEN, owner=ANA) == {
        ANA: "assigned"
    }
    assert concerned("case.opened", {"owner": str(ANA)}, actor=BEN, owner=ANA) == {ANA: "assigned"}


def test_a_new_team_is_no_news_for_the_owner_who_stays():
    fact = {"owner": str(ANA), "from_owner": str(ANA)}
    assert concerned("case.assigned", fact, actor=BEN, owner=ANA) == {}


@pytest.mark.parametrize(
    ("owner", "team", "heard"), [(ANA, [BEN], [ANA]), (None, [BEN, CARL], [BEN, CARL]), (None, [], [CARL])]
)
def test_a_follow_up_is_for_the_owner_or_else_the_team_or_else_whoever_held_the_case(owner, team, heard):
    fact = {"until": "2030-01-31", "held_by": str(CARL)}
    found = concerned("case.follow_up_reached", fact, actor=None, owner=owner, team=team)
    assert found == dict.fromkeys(heard, "follow_up")


def test_a_follow_up_of_a_case_that_no_member_held_may_concern_nobody():
    fact = {"until": "2030-01-31", "held_by": None}
    assert concerned("case.follow_up_reached", fact, actor=None, owner=None) == {}


def test_where_nobody_has_the_case_nobody_hears_of_it():
    assert concerned("case.moved", {}, actor=BEN, owner=None) == {}
