"""Saying something about a case."""

from dataclasses import replace
from time import thread_time
from uuid import UUID, uuid4

import pytest

from casefy.errors import Conflict, Forbidden, Invalid, Missing
from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from cases.actions.ending import close_case
from cases.mentions import mentioned
from tenants.directory import Directory, Person
from tests.acting import acts, refused
from timeline.models import EventBody


def test_a_comment_takes_four_statements(office):
    case, by = office.open(), office.by.actor
    with acts(case, says=["case.commented"], queries=4) as acted:
        comment_on_case(by=by, case_id=case.id, text="  **Looks good**, @olga owner!\r\n", expected_version=1)
    assert acted.event.sentence == "commented"
    assert acted.event.fact == {
        "text": "**Looks good**, @olga owner!",
        "mentions": [str(office.cast.owner.id)],
    }
    assert office.case(case.id).version == 2


def test_what_is_said_is_personal_and_sealed_apart(office):
    case = office.open()
    with acts(case, says=["case.commented"]) as acted:
        comment_on_case(by=office.by.actor, case_id=case.id, text="He is ill")
    with office.cast.scope:
        body = EventBody.objects.get(id=acted.event.id)
    assert "He is ill" not in body.body
    assert "He is ill" in body.personal


@pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001, "a\x00b"])
def test_a_comment_says_something_printable_and_not_too_long(office, text):
    case = office.open()
    with refused(case, Invalid) as caught:
        comment_on_case(by=office.by.actor, case_id=case.id, text=text)
    assert list(caught.value.fields) == ["text"]


def test_members_may_be_named_by_id_as_well(office):
    case = office.open()
    with acts(case, says=["case.commented"]) as acted:
        comment_on_case(by=office.by.actor, case_id=case.id, text="See this", mentions=[office.cast.owner.id])
    assert acted.event.fact["mentions"] == [str(office.cast.owner.id)]


def test_nobody_unknown_is_named(office):
    case = office.open()
    with refused(case, Invalid) as caught:
        comment_on_case(by=office.by.actor, case_id=case.id, text="x", mentions=[uuid4()])
    assert caught.value.fields == {"mentions": "Name active members alone."}


def test_a_closed_case_can_still_be_talked_about(office):
    case = office.open()
    close_case(by=office.by.actor, case_id=case.id, outcome="won")
    with acts(case, says=["case.commented"]):
        comment_on_case(by=office.by.actor, case_id=case.id, text="Thanks")


def test_a_reader_may_not_and_is_told_who_could(office):
    case, reader = office.open(), office.cast.reader.actor
    with refused(case, Forbidden, match="You may not comment on cases. .*Carl Colleague"):
        comment_on_case(by=reader, case_id=case.id, text="x")


def test_a_guest_may_comment_on_what_is_assigned_to_them_and_on_nothing_else(office):
    case, guest = office.open(), office.cast.guest.actor
    with refused(case, Missing):
        comment_on_case(by=guest, case_id=case.id, text="x")
    assign_case(by=office.by.actor, case_id=case.id, owner=office.cast.guest.id)
    with acts(case, says=["case.commented"]) as acted:
        comment_on_case(by=guest, case_id=case.id, text="Here are the papers")
    assert acted.event.actor_label == "Gus Guest"


def test_a_stranger_finds_no_such_case(office):
    case, stranger = office.open(), office.cast.stranger.actor
    with refused(case, Missing):
        comment_on_case(by=stranger, case_id=case.id, text="x")


def test_a_stale_comment_is_refused_where_a_version_is_given(office):
    case = office.open()
    with refused(case, Conflict) as caught:
        comment_on_case(by=office.by.actor, case_id=case.id, text="x", expected_version=5)
    assert caught.value.code == "stale"


ANA, ANA_MORENO, EVE = (UUID(int=n) for n in (1, 2, 3))
PEOPLE = Directory(
    people={
        ANA: Person(ANA, "Ana", "", UUID(int=9), True),
        ANA_MORENO: Person(ANA_MORENO, "Ana Moreno", "", UUID(int=9), True),
        EVE: Person(EVE, "Eve", "", UUID(int=9), False),
    },
    roles={},
    teams={},
    names={},
    active=frozenset(),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ana Moreno, please", [ANA_MORENO]),
        ("@Ana, please", [ANA]),
        ("(@ana moreno) and @ANA.", [ANA_MORENO, ANA]),
        ("@Ana Moreno @Ana Moreno", [ANA_MORENO]),
        ("@Anastasia is somebody else", []),
        ("write to me@ana.example", []),
        ("@Eve has left", []),
        ("@ Ana", []),
        ("Ana", []),
        ("@Ana Morenos", [ANA]),
        ("@Ana@Ana Moreno", [ANA]),
        ("İİ @ANA MORENO İ @ana", [ANA_MORENO, ANA]),
    ],
)
def test_the_longest_name_wins_and_names_end_where_words_end(text, named):
    assert mentioned(text, PEOPLE) == named


@pytest.mark.parametrize(
    "text", ["no one at all " * 1_400, "@Ana Moreno 17 " * 1_300, "@A" * 10_000, "@" * 20_000]
)
def test_names_are_found_in_no_time_however_many_members_there_are(text):
    many = {
        UUID(int=n): Person(
            UUID(int=n), f"Ana Moreno {n}{' del Mar' * (n // 100 % 14)}", "", UUID(int=9), True
        )
        for n in range(1, 3_001)
    }
    began = thread_time()
    found = mentioned(text, replace(PEOPLE, people=many))
    assert thread_time() - began < 0.5
    assert found == ([UUID(int=17)] if "17" in text else [])
