"""One event as an auditor reads it, the case as it was after it, and a case's timeline as a file."""

import csv
import io
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from cases.actions.assigning import assign_case
from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.ending import close_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case, resume_case
from cases.events import CaseMoved
from cases.models import Case
from cases.replay import _FOLDS
from tenants.actions.organizations import update_organization
from tenants.actions.roles import create_role
from tests.api.kit import Api
from tests.cases.kit import Office
from timeline.models import Event
from timeline.record import Entry, record_many
from timeline.registry import catalogue
from ui.cases import event as event_screen
from ui.templatetags.casefy_ui import in_full

REPLAYED = frozenset(_FOLDS)


@pytest.fixture
def office(cast):
    return Office(cast)


@pytest.fixture
def ask(office):
    """Ask for a screen as Olga, the owner; returns its HTML."""
    return visitor(office, office.cast.owner)


def visitor(office, player):
    client = Client()
    client.force_login(player.user)

    def get(path, status=200):
        answer = client.get(f"/o/{office.cast.organization.slug}/{path}")
        assert answer.status_code == status
        return answer.content.decode()

    return get


def event_of(office, stream, seq):
    with office.cast.scope:
        return Event.objects.get(stream_id=stream.id, seq=seq)


@pytest.fixture
def case(office):
    """Opened (1), given another company (2), moved (3), assigned (4), held (5), resumed (6)."""
    by, owner = office.by.actor, office.cast.owner
    made = office.open(values={"company": "Lovelace", "share": "12.5"})
    change_fields(by=by, case_id=made.id, values={"company": "Byron", "region": "north"})
    move_case(by=by, case_id=made.id, to="review")
    assign_case(by=by, case_id=made.id, owner=owner.id, team=None)
    tomorrow = office.cast.now().date() + timedelta(days=1)  # in Greenwich: nowhere is it past
    hold_case(by=by, case_id=made.id, reason="Waiting for papers", until=tomorrow)
    resume_case(by=by, case_id=made.id)
    return made


def test_an_event_says_who_when_why_what_and_by_which_version(ask, office, case):
    html = ask(f"timeline/{event_of(office, case, 2).id}")
    assert office.by.actor.label in html
    assert "(a member)" in html
    assert "<del>Lovelace</del>" in html
    assert "<ins>Byron</ins>" in html
    assert "Client onboarding, version 1" in html
    assert "no reason given" in html
    html = ask(f"timeline/{event_of(office, case, 5).id}")
    assert "Waiting for papers" in html


def test_what_a_token_did_names_whoever_it_was_done_for(ask, office, case):
    Api.of(office.cast.colleague).post(f"cases/{case.id}/comments", {"text": "By a script"})
    html = ask(f"timeline/{event_of(office, case, 7).id}")
    assert "(an API token)" in html
    assert f"<dt>On behalf of</dt><dd>{office.cast.colleague.actor.label}</dd>" in html
    assert f"on behalf of {office.cast.colleague.actor.label}" in ask(f"cases/{case.number}")


def test_the_case_is_shown_as_it_was_after_the_event(ask, office, case):
    first = ask(f"timeline/{event_of(office, case, 1).id}").split("The case after this")[1]
    assert "Lovelace" in first
    assert "Intake" in first
    assert "it has changed since" in first
    assert "<dt>Owner</dt><dd>Nobody</dd>" in first
    held = ask(f"timeline/{event_of(office, case, 5).id}").split("The case after this")[1]
    assert "Byron" in held
    assert "Review" in held
    assert "On hold until" in held
    assert office.cast.owner.actor.label in held
    last = ask(f"timeline/{event_of(office, case, 6).id}").split("The case after this")[1]
    assert "it has changed since" not in last


def test_a_long_history_is_replayed_when_asked(ask, office, case, monkeypatch):
    monkeypatch.setattr(event_screen, "AT_ONCE", 2)
    address = f"timeline/{event_of(office, case, 3).id}"
    assert "Rebuild it from 3 events" in ask(address)
    assert "Byron" in ask(f"{address}?whole=1").split("The case after this")[1]


def test_what_was_erased_says_so_and_the_case_is_not_rebuilt(committed_cast, superuser):
    office = Office(committed_cast)
    case, ask = office.open(), visitor(office, committed_cast.owner)
    change_fields(by=office.by.actor, case_id=case.id, values={"company": "Byron"})
    first, second = event_of(office, case, 1), event_of(office, case, 2)
    with superuser.transaction():
        superuser.execute("ALTER TABLE timeline_eventbody DISABLE TRIGGER no_change")
        superuser.execute(
            "UPDATE timeline_eventbody SET salt = NULL, body = NULL, personal = NULL WHERE id = %s",
            [second.id],
        )
        superuser.execute("ALTER TABLE timeline_eventbody ENABLE ALWAYS TRIGGER no_change")
    html = ask(f"timeline/{second.id}")
    assert "What this event said was erased." in html
    assert "Byron" not in html
    assert "the case can no longer be rebuilt as it was" in html
    assert "Intake" in ask(f"timeline/{first.id}").split("The case after this")[1]
    assert "changed [erased]" in ask(f"cases/{case.number}")
    assert rows_of(ask(f"cases/{case.number}/timeline.csv"))[1]["what"] == "[erased]"
    api = Api.of(committed_cast.colleague)
    assert api("GET", f"cases/{case.id}/as-of/2").status_code == 409


def test_set_up_is_told_by_name(ask, office):
    by = office.cast.owner.actor
    update_organization(by=by, name="Acme", time_zone="Europe/Berlin", locale="de")
    create_role(by=by, name="Desk", permissions=["case.view"])
    with office.cast.scope:
        changed, role = (Event.objects.get(type=type_) for type_ in ("organization.changed", "role.created"))
    html = ask(f"timeline/{changed.id}")
    assert "<ins>German (Germany)</ins>" in html
    html = ask(f"timeline/{role.id}")
    assert "made the role Desk" in html
    assert "case.view" not in html


def sample(kind):
    """A fact of this kind in which everything is said."""
    by_type = {"str": "something", "int": 1, "float": 1.0, "bool": True, "list": ["case.view"], "dict": {}}

    def value(name, type_):
        if name in ("until", "held_until"):
            return "2026-12-31"
        if name == "mentions":
            return []
        if name.endswith("_at"):
            return "2026-12-31T10:00:00Z"
        plain = str(getattr(type_, "__name__", type_)).split("[")[0].split(" ")[0]
        return (
            next(iter(kind.sentence))
            if name == "kind" and isinstance(kind.sentence, dict)
            else by_type[plain]
        )

    return kind(**{each.name: value(each.name, each.type) for each in fields(kind)})


@pytest.mark.parametrize("type_", [name for name in sorted(catalogue()) if ".test_" not in name])
def test_every_kind_of_event_has_a_page_that_shows_no_key_of_json(ask, office, type_):
    kind = catalogue()[type_]
    about = {"case": office.open(), "organization": office.cast.organization}.get(kind.stream)
    if about is None:
        about = SimpleNamespace(stream=(kind.stream, uuid4()), template_version_id=None)
    elif kind.stream == "organization":
        about = SimpleNamespace(stream=("organization", about.id), template_version_id=None)
    fact = sample(kind)
    with office.cast.scope, transaction.atomic():
        record_many([Entry(fact, about, office.by.actor, reason="So it was.")])
        if kind.stream == "case":
            Case.objects.filter(id=about.id).update(version=2)
        found = Event.objects.order_by("-position").first()
    if kind.stream == "case" and type_ in REPLAYED:
        found = event_of(
            office, about, 1
        )  # what is made up here adds up to no case: its own page is tried elsewhere
    html = ask(f"timeline/{found.id}")
    said = html.split('id="said"')[1].split("Proof and origin")[0]
    assert ">{}<" not in said
    for key in (each.name for each in fields(kind) if "_" in each.name):
        assert key not in said, key


@pytest.fixture
def guest(office, case):
    """A guest, who has this case alone; what they ask for."""
    gina = office.cast.join("Gina Guest", role="guest")
    assign_case(by=office.by.actor, case_id=case.id, owner=gina.member.id, team=None)
    return visitor(office, gina)


def test_whoever_may_not_see_the_case_or_the_timeline_finds_no_event(office, case, guest):
    with office.cast.scope:
        set_up = Event.objects.filter(stream_kind="organization").first()
    guest(f"timeline/{event_of(office, case, 1).id}", 200)
    guest(f"timeline/{event_of(office, office.open(), 1).id}", 404)
    guest(f"timeline/{set_up.id}", 403)


def test_what_caused_an_event_is_told_to_whoever_may_see_that_too(ask, office, case, guest):
    other = office.open("Merger with Initech")
    by = office.by.actor
    comment_on_case(by=by.answering(event_of(office, other, 1).id), case_id=case.id, text="As agreed")
    with office.cast.scope:
        answer = Event.objects.get(stream_id=case.id, type="case.commented")
    assert "<dt>Because</dt>" in ask(f"timeline/{answer.id}")
    assert "<dt>Because</dt>" not in guest(f"timeline/{answer.id}")


def test_what_was_written_down_later_shows_both_moments(ask, office, case):
    long_ago = datetime.now(UTC) - timedelta(days=400)
    fact = CaseMoved(from_stage="review", from_name="Review", to_stage="done", to_name="Done", kind="advance",
                     seconds=5.0, source={"line": 17})  # fmt: skip
    with office.cast.scope, transaction.atomic():
        record_many([Entry(fact, office.case(case.id), office.by.actor, long_ago, is_imported=True)])
        Case.objects.filter(id=case.id).update(version=7)
    html = ask(f"timeline/{event_of(office, case, 7).id}")
    with timezone.override("Europe/Berlin"):
        assert in_full(timezone.localtime(long_ago)) in html
    assert "imported, line 17" in html


def test_a_long_comment_is_folded_behind_its_beginning(ask, office, case):
    comment_on_case(by=office.by.actor, case_id=case.id, text="Word " * 400)
    html = ask(f"cases/{case.number}")
    assert "All of it" in html
    assert html.count("Word Word") > 1


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_timeline_is_taken_away_as_csv_and_json(ask, office, case):
    close_case(by=office.by.actor, case_id=case.id, outcome="won")
    comment_on_case(by=office.by.actor, case_id=case.id, text="=HYPERLINK(1)")
    rows = rows_of(ask(f"cases/{case.number}/timeline.csv"))
    assert [row["seq"] for row in rows] == [str(n) for n in range(1, 9)]
    assert "Company: Lovelace → Byron" in rows[1]["changes"].splitlines()
    assert "Region:  → North" in rows[1]["changes"].splitlines()
    assert "Share:  → 12.5\u00a0%" in rows[0]["changes"].splitlines()
    assert rows[4]["reason"] == "Waiting for papers"
    assert rows[0]["template_version"] == "1"
    assert rows[7]["text"] == "'=HYPERLINK(1)"
    events = json.loads(ask(f"cases/{case.number}/timeline.json"))["events"]
    assert [event["seq"] for event in events] == list(range(1, 9))
    assert events[1]["fact"]["changes"]["company"]["from"] == "Lovelace"
    ask(f"cases/{case.number}/timeline.pdf", 404)


def test_a_file_is_the_same_by_both_doors_and_says_in_which_zone_its_times_are(ask, office):
    case = office.open(values={"call_at": "2026-07-31T09:30:00Z", "due": "2026-02-01"})
    change_fields(by=office.by.actor, case_id=case.id, values={"call_at": "2026-12-31T23:30:00Z"})
    update_organization(by=office.cast.owner.actor, locale="de")
    file = ask(f"cases/{case.number}/timeline.csv")
    assert Api.of(office.cast.owner)("GET", f"cases/{case.id}/timeline.csv").content.decode() == file
    opened, changed = rows_of(file)
    assert {"Call at:  → 2026-07-31T11:30:00+02:00", "Due:  → 2026-02-01"} <= set(
        opened["changes"].splitlines()
    )
    assert changed["changes"] == "Call at: 2026-07-31T11:30:00+02:00 → 2027-01-01T00:30:00+01:00"


def test_the_api_gives_the_file_and_the_case_as_it_was(office, case):
    api = Api.of(office.cast.colleague)
    answer = api("GET", f"cases/{case.id}/timeline.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert len(rows_of(answer.content.decode())) == 6
    was = api.get(f"cases/{case.number}/as-of/1")
    assert (was["version"], was["stage"], was["values"]["company"]) == (1, "intake", "Lovelace")
    now = api.get(f"cases/{case.id}")
    assert api.get(f"cases/{case.id}/as-of/6") == now
    for seq in (0, 7, 10**30):
        assert api("GET", f"cases/{case.id}/as-of/{seq}").status_code == 404


def test_the_case_after_an_event_reads_as_the_template_was_then(ask, office, case):
    before = event_of(office, case, 3)
    was = office.template().definition
    stages = tuple(replace(s, name="Thorough review") if s.key == "review" else s for s in was.stages)
    fields_now = tuple(replace(f, name="Firm") if f.key == "company" else f for f in was.fields)
    office.republish(stages=stages, fields=fields_now)
    change_fields(by=office.by.actor, case_id=case.id, values={"company": "Noether"})
    then = ask(f"timeline/{before.id}").split('id="after"')[1]
    assert "Thorough review" not in then
    assert "Firm" not in then
    assert f"</span>{was.stage('review').name}</span>" in then
    now = ask(f"timeline/{event_of(office, case, 7).id}").split('id="after"')[1]
    assert "Thorough review" in now
    assert "<dt>Firm</dt>" in now
