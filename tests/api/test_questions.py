"""Every question a screen asks has its address in the API, or a reason why not; and they answer alike."""

import pytest

from cases.actions.assigning import assign_case
from cases.actions.commenting import comment_on_case
from templates_app.gallery import gallery
from tests.api.kit import Api, refused
from tests.queries.sweeping import kept
from tests.tenants.routes import routes

CASE, TEMPLATE = "cases/<str:case>", "templates/<slug:template>"
DRAWN = "how a form is drawn: the acts say what they take in the document"

# What a screen shows: where a program finds it. A reason stands in a text, addresses in a tuple.
ASKED = {
    "boards": (f"{TEMPLATE}/board", "templates"),
    "boards/<str:key>": (f"{TEMPLATE}/board", "cases"),
    "cases": ("cases",),
    "cases/<str:number>": (CASE, f"{CASE}/timeline", f"{CASE}/moves"),
    "cases/<str:number>/<str:name>": (f"{CASE}/moves",),
    "cases/<str:number>/fields/<str:key>": (CASE, TEMPLATE),
    "cases/<str:number>/timeline.<str:format>": (f"{CASE}/timeline.csv", f"{CASE}/timeline"),
    "cases/<str:number>/title": (CASE,),
    "cases/<str:number>/verification": (f"{CASE}/timeline/verification",),
    "cases/new": ("templates", TEMPLATE),
    "exports/<slug:key>.<slug:format>": (f"{TEMPLATE}/log",),
    "imports": ("imports",),
    "imports/<uuid:import_id>": ("imports/<id:import_id>",),
    "imports/<uuid:import_id>/lines.csv": ("imports/<id:import_id>/lines",),
    "inbox": ("notices", "cases"),
    "live": "a browser's way to hear of changes at once: a program follows GET /events",
    "settings": "leads to the first page of the settings",
    "settings/deliveries": ("deliveries",),
    "settings/general": ("organizations/<slug:slug>",),
    "settings/me": ("me",),
    "settings/members": ("members", "invitations"),
    "settings/members/<uuid:member_id>/deactivate": ("members/<id:member_id>/holdings",),
    "settings/members/<uuid:member_id>/name": ("members/<id:member_id>",),
    "settings/members/<uuid:member_id>/role": ("members/<id:member_id>", "roles"),
    "settings/members/invite": ("roles",),
    "settings/roles": ("roles",),
    "settings/roles/<uuid:role_id>": ("roles/<id:role_id>",),
    "settings/roles/<uuid:role_id>/delete": ("roles", "members"),
    "settings/roles/new": ("permissions",),
    "settings/teams": ("teams",),
    "settings/teams/<uuid:team_id>/rename": ("teams/<id:team_id>",),
    "settings/teams/new": DRAWN,
    "settings/tokens": ("tokens",),
    "settings/tokens/new": ("permissions",),
    "switch": ("organizations",),
    "templates": ("templates", "gallery"),
    "templates/(?P<key>[a-z0-9-]+)/(?P<tab>fields|moves|numbers|changes|history)": (
        TEMPLATE, f"{TEMPLATE}/timeline", f"{TEMPLATE}/versions",
    ),
    "templates/<slug:key>": (TEMPLATE,),
    "templates/<slug:key>/about": (TEMPLATE,),
    "templates/<slug:key>/fields/<slug:field>": (TEMPLATE,),
    "templates/<slug:key>/fields/new": DRAWN,
    "templates/<slug:key>/file": (f"{TEMPLATE}/yaml",),
    "templates/<slug:key>/import": DRAWN,
    "templates/<slug:key>/preview": "a new case's form, drawn; its fields: GET /templates/{template}",
    "templates/<slug:key>/publish": (TEMPLATE, f"{TEMPLATE}/versions"),
    "templates/new": ("gallery",),
    "timeline": ("timeline",),
    "timeline/<uuid:event_id>": ("events/<id:event_id>", f"{CASE}/as-of/<int:seq>"),
    "timeline/verification": ("events/verification",),
}  # fmt: skip


def test_every_question_of_a_screen_has_an_address_or_a_reason():
    asked = [name.removeprefix("o/<slug>/") for name in kept() if name.startswith("o/")]
    screens = {name for name in asked if "?" not in name.replace("(?P<", "")}
    assert screens == set(ASKED), "name its address in the API, or say why it has none"
    known = {route.pattern.removeprefix("api/v1/") for route in routes() if route.is_api}
    named = {address for found in ASKED.values() if isinstance(found, tuple) for address in found}
    assert named <= known


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("by={owner}&case={case}", ["case.assigned"]),
        ("by={colleague}&case={case}", ["case.commented", "case.opened"]),
        ("type=case.commented,case.assigned", ["case.assigned", "case.commented"]),
        ("template=onboarding&type=case.opened", ["case.opened"]),
        ("case={number}&from=2026-01-01&to=9999-12-31", ["case.assigned", "case.commented", "case.opened"]),
        ("case={case}&to=2001-01-01", []),
        ("by=system&case={case}", []),
        ("setup=true&type=case.opened", []),
    ],
)
def test_the_timeline_is_narrowed_as_on_the_screen(owner, office, query, types):
    cast, case = office.cast, office.open()
    comment_on_case(by=cast.colleague.actor, case_id=case.id, text="Look")
    assign_case(by=cast.owner.actor, case_id=case.id, owner=cast.owner.id)
    asked = query.format(owner=cast.owner.id, colleague=cast.colleague.id, case=case.id, number=case.number)
    assert [event["type"] for event in owner.get(f"timeline?{asked}")["results"]] == types


def test_the_timeline_goes_on_page_by_page(owner, office):
    case = office.open()
    for n in range(4):
        comment_on_case(by=office.by.actor, case_id=case.id, text=str(n))
    seen, path = [], f"timeline?case={case.id}&limit=2"
    while path:
        page = owner.get(path.partition("/api/v1/")[2] or path)
        seen += [event["seq"] for event in page["results"]]
        path = page["next"]
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query", ["by=somebody", "from=soon", "to=2030-02-30", "before=x", "setup=1", "type=x"]
)
def test_what_the_timeline_cannot_be_asked_is_named(owner, query):
    assert (
        query.partition("=")[0] in refused(owner("GET", f"timeline?{query}"), 400, "bad_parameters")["fields"]
    )


def test_a_case_s_timeline_is_asked_for_one_member(api, office):
    cast, case = office.cast, office.open()
    assign_case(by=cast.owner.actor, case_id=case.id, owner=cast.owner.id)
    for member, types in ((cast.owner.id, ["case.assigned"]), ("me", ["case.opened"])):
        found = api.get(f"cases/{case.id}/timeline?member={member}")["results"]
        assert [event["type"] for event in found] == types
    assert (
        "member" in refused(api("GET", f"cases/{case.id}/timeline?member=x"), 400, "bad_parameters")["fields"]
    )


def test_one_event_is_found_by_its_id_by_whoever_sees_its_case(api, owner, office):
    case = office.open()
    (opened,) = api.get(f"cases/{case.id}/timeline")["results"]
    assert api.get(f"events/{opened['id']}") == opened
    refused(Api.of(office.cast.guest)("GET", f"events/{opened['id']}"), 404, "no_such_event")
    setup = owner.get("timeline?setup=true&limit=1")["results"][0]
    assert owner.get(f"events/{setup['id']}") == setup


def test_a_template_tells_its_history_and_the_gallery_its_keys(owner):
    key = "complaint-handling"
    offered = owner.get("gallery")["results"]
    assert [each["key"] for each in offered] == list(gallery())
    made = owner.post("templates", {"gallery": key}, status=201)
    owner.post(f"templates/{made['key']}/publish")
    history = owner.get(f"templates/{made['key']}/timeline?limit=1")
    assert [event["type"] for event in history["results"]] == ["template.published"]
    assert history["next"]


def test_what_a_member_holds_is_known_before_they_leave(owner, api, office):
    office.open(owner=office.by.id)
    (held,) = owner.get(f"members/{office.by.id}/holdings")["results"]
    assert held == {"kind": "cases", "count": 1, "words": "1 running case"}
    refused(api("GET", f"members/{office.by.id}/holdings"), 403, "forbidden")


def test_a_board_says_how_many_cases_are_in_each_stage_and_for_how_long(api, office):
    for stage in ("intake", "review", "review"):
        office.open(stage=stage)
    columns = {column["stage"]: column for column in api.get("templates/onboarding/board")["results"]}
    assert [columns[stage]["count"] for stage in ("intake", "review", "approval")] == [1, 2, 0]
    assert columns["review"]["median_seconds"] >= 0
    assert columns["approval"]["median_seconds"] is None
