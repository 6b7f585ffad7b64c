"""An auditor asks on the screen whether the chain is whole, and is told the first event that is not."""

import re
from html import unescape

import pytest
from django.test import Client

from cases.actions.commenting import comment_on_case
from tests.cases.kit import Office
from tests.cast import CommittedCast
from tests.timeline.tampering import unwatched
from ui.cases import verification


@pytest.fixture
def office(committed):
    return Office(CommittedCast())


def client_of(member):
    client = Client()
    client.force_login(member.user)
    return client


def ask(office, member, path, status=200):
    """Ask for a screen as it answers htmx; returns its text."""
    answer = client_of(member).get(
        path if path.startswith("/") else f"/o/{office.cast.organization.slug}/{path}",
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == status
    return " ".join(unescape(answer.content.decode()).split())


def break_event(superuser, case, seq):
    with unwatched(superuser):
        superuser.execute(
            "UPDATE timeline_event SET depth = depth + 1 WHERE stream_id = %s AND seq = %s", [case.id, seq]
        )


def test_a_case_says_that_its_chain_is_whole_and_which_event_is_not(office, superuser):
    case, auditor = office.open(), office.cast.reader
    comment_on_case(by=office.cast.owner.actor, case_id=case.id, text="one more")
    path = f"cases/{case.number}/verification"
    page = client_of(auditor).get(f"/o/{office.cast.organization.slug}/cases/{case.number}")
    assert path in page.content.decode()
    assert "Chain verified · 2 events" in ask(office, auditor, path)
    break_event(superuser, case, 2)
    try:
        assert f"Chain broken at event 2 of {case.number}: its columns were changed" in ask(
            office, auditor, path
        )
        told = ask(office, auditor, "timeline/verification")
        assert f"Chain broken at event 2 of {case.number}" in told
    finally:
        with unwatched(superuser):
            superuser.execute(
                "UPDATE timeline_event SET depth = depth - 1 WHERE stream_id = %s AND seq = 2", [case.id]
            )


def test_the_organization_is_verified_in_steps_that_add_up_to_all_of_it(office, monkeypatch):
    case = office.open()
    for number in range(5):
        comment_on_case(by=office.cast.owner.actor, case_id=case.id, text=f"number {number}")
    at_once = ask(office, office.cast.reader, "timeline/verification")
    whole = re.search(r"Chain verified · \d+ events in \d+ streams, all of it", at_once)
    assert whole
    monkeypatch.setattr(verification, "STEP", 2)
    text, steps = ask(office, office.cast.reader, "timeline/verification"), 1
    while going_on := re.search(r'hx-get="([^"]+\?on=[^"]+)"', text):
        assert "all of it" not in text, "a part is never said to be the whole"
        text, steps = ask(office, office.cast.reader, going_on[1]), steps + 1
    assert whole[0] in text
    assert steps > 3


def test_who_may_not_audit_is_neither_offered_it_nor_told(office):
    case, colleague = office.open(), office.cast.colleague
    page = client_of(colleague).get(f"/o/{office.cast.organization.slug}/cases/{case.number}")
    assert "verification" not in page.content.decode()
    ask(office, colleague, f"cases/{case.number}/verification", status=403)
    ask(office, colleague, "timeline/verification", status=403)


def test_an_address_that_was_made_up_leaves_nothing_out(office):
    made_up = "timeline/verification?on=WyIwMTkwIiw5OTksOTk5XQ:forged"
    assert "Begin it anew" in ask(office, office.cast.reader, made_up, status=404)
