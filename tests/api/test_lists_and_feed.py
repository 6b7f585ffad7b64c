"""Lists, timelines and the feed: paged by cursors, filtered by anything, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.api.kit import Api, refused
from tests.settled import settled


def _all(api, path):
    found = []
    while path:
        page = api.get(path.partition("/api/v1/")[2] or path)
        found += page["results"]
        path = page["next"]
    return found


def test_pages_are_linked_and_show_every_case_once(api, office):
    opened = [str(office.open(f"Case {n}", {"headcount": n % 3}).id) for n in range(7)]
    assert [row["id"] for row in _all(api, "cases?limit=3")] == opened[::-1]
    by_field = _all(api, "cases?template=onboarding&sort=field.headcount&limit=2")
    assert [row["values"]["headcount"] for row in by_field] == [0, 0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("field.headcount.gte=5", ["b", "c"]),
        ("field.headcount.lte=4", ["a"]),
        ("field.amount.gte=100", ["b"]),
        ("field.amount.gte=100 EUR", ["b"]),
        ("field.amount.gte=100 USD", []),
        ("field.company.starts=love", ["a"]),
        ("field.region=north", ["a", "c"]),
        ("field.region.empty=true", ["b"]),
        ("field.topics=tax", ["c"]),
        ("field.due.lte=2030-01-31", ["a"]),
        ("field.urgent=yes&field.region=north", ["c"]),
        ("status=closed", []),
        ("stage=intake&owner=none", ["a", "b", "c"]),
        ("q=lovel", ["a"]),
    ],
)
def test_filters_on_any_field(api, office, query, titles):
    office.open("a", {"headcount": 4, "company": "Lovelace", "region": "north", "due": "2030-01-31"})
    office.open("b", {"headcount": 5, "amount": "100 EUR"})
    office.open("c", {"headcount": 6, "region": "north", "topics": ["tax", "law"], "urgent": True})
    found = api.get(f"cases?template=onboarding&sort=number&{query}")["results"]
    assert [row["title"] for row in found] == titles


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("sort=hold_until", ["b", "c", "a", "d"]),
        ("sort=-hold_until", ["a", "c", "b", "d"]),
        ("status=on_hold&sort=hold_until&hold_until.lte=2040-01-02", ["b", "c"]),
        ("sort=hold_until&hold_until.gte=2040-01-02", ["c", "a"]),
    ],
)
def test_cases_on_hold_are_found_by_the_day_to_look_again(api, office, query, titles):
    for title, day in (("a", "2040-01-03"), ("b", "2040-01-01"), ("c", "2040-01-02")):
        api.post(f"cases/{office.open(title).number}/hold", {"reason": "Waiting", "until": day})
    office.open("d")
    assert [row["title"] for row in _all(api, f"cases?limit=2&{query}")] == titles


@pytest.mark.parametrize(
    ("query", "status", "code", "name"),
    [
        ("colour=red", 400, "unknown_parameters", "colour"),
        ("limit=0", 400, "bad_parameters", "limit"),
        ("limit=201", 400, "bad_parameters", "limit"),
        ("limit=x", 400, "bad_parameters", "limit"),
        ("limit=1&limit=2", 400, "bad_parameters", "limit"),
        ("field.region=north", 400, "bad_filter", "field.region"),
        ("template=onboarding&field.none=1", 400, "bad_filter", "field.none"),
        ("template=onboarding&field.headcount=many", 400, "bad_filter", "field.headcount"),
        ("template=none", 400, "bad_filter", "template"),
        ("status=lost", 400, "bad_filter", "status"),
        ("owner=somebody", 400, "bad_filter", "owner"),
        ("hold_until.lte=soon", 400, "bad_filter", "hold_until.lte"),
        ("sort=colour", 400, "bad_filter", "sort"),
        (f"q={'x' * 201}", 400, "bad_filter", "q"),
        ("cursor=abc", 400, "bad_cursor", "cursor"),
        ("template=onboarding&field.region=", 400, "bad_parameters", "field.region"),
        ("field.=", 400, "bad_parameters", "field."),
        ("external_ref=PO-1", 400, "bad_filter", "external_ref"),
    ],
)
def test_what_cannot_be_asked_is_named(api, office, query, status, code, name):
    assert name in refused(api("GET", f"cases?{query}"), status, code)["fields"]


def test_a_case_is_found_by_what_it_is_called_elsewhere(api, office):
    office.open("other")
    body = {"template": "onboarding", "title": "From the ERP", "external_ref": "PO 4711/a"}
    made = api.post("cases", body, status=201)
    found = api.get("cases?template=onboarding&external_ref=PO%204711/a")["results"]
    assert [row["id"] for row in found] == [made["id"]]
    assert api.get("cases?template=onboarding&external_ref=PO%204711")["results"] == []


def test_a_timeline_of_a_type_there_is_not_is_refused_with_its_name(api, office):
    case = office.open()
    problem = refused(
        api("GET", f"cases/{case.id}/timeline?type=case.moved,case.movd"), 400, "bad_parameters"
    )
    assert problem["fields"]["type"].startswith("There is no such type: case.movd. ")


def test_an_address_with_a_slash_too_many_says_so(api):
    assert "without a slash" in refused(api("GET", "cases/"), 404, "no_such_address")["detail"]


def test_a_timeline_is_paged_backwards(api, office):
    case = office.open()
    for number in range(5):
        api.post(f"cases/{case.id}/comments", {"text": f"Number {number}"})
    events = _all(api, f"cases/{case.id}/timeline?limit=2")
    assert [event["seq"] for event in events] == [6, 5, 4, 3, 2, 1]
    assert events[0]["fact"]["text"] == "Number 4"
    assert events[0]["actor"] == {
        "kind": "token",
        "id": events[0]["actor"]["id"],
        "label": "Script (API)",
    }
    assert events[0]["on_behalf_of"] == str(office.cast.colleague.id)
    only = api.get(f"cases/{case.id}/timeline?type=case.opened")["results"]
    assert [event["type"] for event in only] == ["case.opened"]
    assert api.get(f"cases/{case.id}/timeline?type=case.moved")["results"] == []


def test_a_timeline_of_one_field_has_its_first_value_and_every_change(api, office):
    case = office.open(values={"company": "Lovelace"})
    for company in ("Byron", "Ada"):
        api.post(f"cases/{case.id}/fields", {"values": {"company": company, "notes": "n"}}, method="PATCH")
        api.post(f"cases/{case.id}/comments", {"text": "company"})
    address = f"cases/{case.id}/timeline?field="
    assert [event["seq"] for event in _all(api, f"{address}company&limit=1")] == [4, 2, 1]
    newest = api.get(f"{address}company")["results"][0]["fact"]["changes"]["company"]
    assert (newest["from"], newest["to"]) == ("Byron", "Ada")
    assert [event["seq"] for event in api.get(f"{address}notes")["results"]] == [2]
    assert [event["seq"] for event in api.get(f"{address}$title")["results"]] == [1]
    assert api.get(f"{address}region")["results"] == []
    assert "field" in refused(api("GET", f"{address}nothing"), 400, "bad_parameters")["fields"]


def test_the_timeline_of_something_else_is_not_a_cases(owner, office):
    template = office.template()
    refused(owner("GET", f"cases/{template.id}/timeline"), 404, "no_such_case")
    refused(owner("GET", f"cases/{office.cast.organization.id}/timeline"), 404, "no_such_case")


def test_moves_say_what_is_possible_and_why_not(api, office):
    case = office.open()
    moves = {move["to"]: move for move in api.get(f"cases/{case.id}/moves")["results"]}
    assert moves["review"]["is_allowed"]
    assert moves["done"]["why_not"]
    assert moves["approval"]["missing"] == ["amount"]


def test_a_reader_of_the_feed_loses_nothing_while_others_write(owner, office):
    start = owner.get("events?limit=200")["cursor"]

    def write(number: int) -> None:
        try:
            office.open(f"Case {number}")
        finally:
            connections.close_all()

    seen, cursor = [], start
    with ThreadPoolExecutor(4) as pool:
        pending = [pool.submit(write, number) for number in range(12)]
        while True:
            if done := all(each.done() for each in pending):
                settled()
            page = owner.get(f"events?cursor={cursor}&limit=3")
            seen += page["results"]
            cursor = page["cursor"]
            if done and not page["results"]:
                break
    for each in pending:
        each.result()
    opened = [event["id"] for event in seen if event["type"] == "case.opened"]
    assert len(opened) == len(set(opened)) == 12


@pytest.mark.parametrize("cursor", ["!", "abc", "MS4y" * 30, "OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ", "MQ"])
def test_a_cursor_nobody_gave_out_is_refused(owner, office, cursor):
    assert "cursor" in refused(owner("GET", f"events?cursor={cursor}"), 400, "bad_cursor")["fields"]


def test_a_reader_who_begins_now_sees_what_comes_and_nothing_older(owner, office):
    office.open("before")
    settled()
    page = owner.get("events?cursor=now")
    assert (page["results"], page["next"]) == ([], None)
    case = office.open("after")
    settled()
    seen = owner.get(f"events?cursor={page['cursor']}")["results"]
    assert [(event["type"], event["stream"]["id"]) for event in seen] == [("case.opened", str(case.id))]


def test_the_catalogue_names_every_type_in_the_feed(owner, office):
    office.open()
    settled()
    known = {each["type"] for each in owner.get("event-types")["results"]}
    assert {event["type"] for event in owner.get("events?limit=200")["results"]} <= known


def test_head_is_get_without_a_body(office):
    api = Api.of(office.cast.colleague)
    response = api("HEAD", "cases")
    assert (response.status_code, response.content) == (200, b"")


def test_the_chain_is_verified_of_a_case_and_of_everything_in_steps(office, owner, api, monkeypatch):
    from api.views import verification

    case = office.open()
    found = owner.get(f"cases/{case.number}/timeline/verification")
    assert found == {"is_whole": True, "events": 1, "streams": 1, "broken": []}
    at_once = owner.get("events/verification")
    assert (at_once["is_whole"], at_once["next"]) == (True, None)
    monkeypatch.setattr(verification, "_STEP", 2)
    path, events, streams = "events/verification", 0, 0
    while path:
        step = owner.get(path.partition("/api/v1/")[2] or path)
        events, streams, path = events + step["events"], streams + step["streams"], step["next"]
        assert step["is_whole"]
    assert (events, streams) == (at_once["events"], at_once["streams"])
    refused(owner("GET", "events/verification?cursor=nothing"), 400, "bad_parameters")
    refused(api("GET", "events/verification"), 403, "forbidden")
    refused(api("GET", f"cases/{case.id}/timeline/verification"), 403, "forbidden")
