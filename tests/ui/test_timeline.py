"""The organization's timeline as auditors narrow it: by kind, person, template, case and days."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions.changing import change_fields
from cases.actions.commenting import comment_on_case
from cases.actions.moving import move_case
from cases.actions.pausing import hold_case
from templates_app.actions.creating import create_template
from templates_app.actions.publishing import publish_template
from tenants.actions.organizations import update_organization
from tenants.actions.teams import create_team
from tenants.actions.tokens import create_token
from tests.cases.kit import ONBOARDING, Office
from timeline import searching
from ui.cases.timeline import _bounds


@pytest.fixture
def office(cast):
    return Office(cast)


@pytest.fixture
def ask(office):
    """Ask for a screen as Olga, the owner; returns its HTML."""
    client = Client()
    client.force_login(office.cast.owner.user)

    def get(path, status=200):
        answer = client.get(f"/o/{office.cast.organization.slug}/{path}")
        assert answer.status_code == status
        return answer.content.decode()

    return get


def lines(html):
    """How many events are shown."""
    return html.count('class="feed-line"')


def test_a_person_is_followed_through_what_they_and_their_tokens_did(ask, office):
    from tests.api.kit import Api

    case, member = office.open(), office.cast.colleague
    Api.of(member).post(f"cases/{case.id}/comments", {"text": "by a script"})
    comment_on_case(by=office.cast.owner.actor, case_id=case.id, text="by Olga")
    html = ask(f"timeline?by={member.id}")
    assert "by a script" in html
    assert "opened the case" in html
    assert "by Olga" not in html
    html = ask("timeline?by=token")
    assert lines(html) == 1
    assert "by a script" in html


def test_a_token_is_followed_by_its_id_and_named(ask, office):
    token = create_token(by=office.cast.owner.actor, name="Nightly").token
    html = ask(f"timeline?by={token.id}")
    assert lines(html) == 0
    assert f'<option value="{token.id}" selected>' in html


def test_a_template_shows_its_cases_and_what_became_of_itself(ask, office):
    by, first = office.cast.owner.actor, office.open("Of the first")
    template = create_template(
        by=by, definition=replace(ONBOARDING, name="Second", number_pattern="S-{number}")
    )
    publish_template(by=by, template_id=template.id)
    office.template()
    case = office.open("Of the second", template=template.key)
    create_team(by=by, name="Claims")
    html = ask(f"timeline?template={template.key}")
    assert "published version 1" in html
    assert f">{case.number}</a>" in html
    assert f">{first.number}</a>" not in html
    assert "Claims" not in html


def test_a_case_is_found_by_its_whole_number(ask, office):
    first, second = office.open(), office.open()
    html = ask(f"timeline?case={first.number}")
    assert f">{first.number}</a>" in html
    assert f">{second.number}</a>" not in html
    wrong = ask("timeline?case=ON-2026-77777", 422)
    assert "There is no case ON-2026-77777 that you may see." in wrong
    assert lines(wrong) == 0


def test_days_begin_and_end_where_the_organization_is():
    wrong = {}
    with timezone.override("Europe/Berlin"):
        since, until = _bounds({"from": "2026-03-29", "to": "2026-03-29"}, wrong)
    assert since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert until == datetime(2026, 3, 29, 22, tzinfo=UTC)  # the clocks went forward: a day of 23 hours
    assert wrong == {}


def test_what_was_written_down_on_other_days_is_left_out(ask, office):
    office.open()
    assert lines(ask("timeline?from=2001-01-01")) >= 1
    assert lines(ask("timeline?to=2001-01-01")) == 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=31.12.2026", "Write the day as 2026-12-31."),
        ("from=2026-02-02&to=2026-02-01", "The last day lies before the first one."),
        ("template=none", "There is no such template."),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_shown_for_it(ask, office, query, sentence):
    html = ask(f"timeline?{query}", 422)
    assert sentence in html
    assert lines(html) == 0


@pytest.mark.parametrize("query", ["from=0001-01-01", "to=9999-12-31", "by=nobody&kind=nothing"])
def test_the_ends_of_the_calendar_and_unknown_words_narrow_nothing(ask, office, query):
    office.open()
    assert lines(ask(f"timeline?{query}")) >= 1


def test_filters_stay_in_the_address_from_page_to_page(ask, office, monkeypatch):
    case = office.open()
    for n in range(60):
        comment_on_case(by=office.by.actor, case_id=case.id, text=f"Remark {n}")
    query = f"kind=comments&by={office.by.id}&case={case.number}"
    html = ask(f"timeline?{query}")
    assert lines(html) == 50
    older = html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    given = parse_qs(urlsplit(older).query)
    assert {"kind", "by", "case", "before"} == set(given)
    last = ask(f"timeline{older}")
    assert lines(last) == 10
    assert 'rel="next"' not in last


def test_a_search_that_went_far_says_how_far_and_offers_to_go_on(ask, office, monkeypatch):
    case = office.open()
    change_fields(by=office.by.actor, case_id=case.id, title="Sought")
    for n in range(6):
        comment_on_case(by=office.by.actor, case_id=case.id, text=f"Remark {n}")
    monkeypatch.setattr(searching, "FAR", 4)
    html = ask(f"timeline?kind=changes&by={office.by.id}")
    assert "There are older events to look through." in html
    older = html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "changed Title" in ask(f"timeline{older}")


def test_the_timeline_of_a_case_is_narrowed_to_a_field(ask, office):
    case = office.open(values={"company": "Lovelace"})
    change_fields(by=office.by.actor, case_id=case.id, values={"company": "Byron", "notes": "Said so"})
    comment_on_case(by=office.by.actor, case_id=case.id, text="Not a change")
    html = ask(f"cases/{case.number}?field=company")
    assert lines(html) == 2
    assert "<del>Lovelace</del>" in html
    assert "<ins>Byron</ins>" in html
    assert "<ins>Said so</ins>" not in html
    assert '<option value="company" selected>' in html
    assert "Nobody has changed this field" in ask(f"cases/{case.number}?field=region")
    assert lines(ask(f"cases/{case.number}?field=nonsense")) == 3


def test_a_day_inside_a_sentence_is_written_as_the_organization_writes_days(ask, office):
    case, by = office.open(), office.cast.owner.actor
    hold_case(by=by, case_id=case.id, reason="x", until=date(2037, 1, 10))
    assert "put the case on hold until 10 Jan 2037" in ask(f"cases/{case.number}")
    update_organization(by=by, name="Acme", time_zone="UTC", locale="de")
    for path in (f"cases/{case.number}", "timeline"):
        assert "put the case on hold until 10.01.2037" in ask(path)


def test_the_mark_of_a_move_points_where_the_case_went(ask, office):
    case, by = office.open(), office.cast.colleague.actor
    move_case(by=by, case_id=case.id, to="review")
    move_case(by=by, case_id=case.id, to="intake", reason="The form was not signed.")
    marks = re.findall(r'feed-mark.*?<path d="([^"]+)"', ask(f"cases/{case.number}"), re.DOTALL)
    back, on = marks[:2]
    assert back.startswith("m12 19-7-7"), "an arrow to the left"
    assert on.startswith("M5 12h14"), "an arrow to the right"
