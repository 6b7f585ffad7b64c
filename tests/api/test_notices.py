"""The inbox by the API: what is new for a token's member, and nobody else's."""

from tests.api.kit import Api, refused
from timeline.relay import carry


def test_a_program_finds_what_is_new_for_its_member_and_marks_it_as_read(api, owner, office):
    cases = [office.open(f"Case {number}") for number in range(3)]
    for case in cases:
        owner.post(f"cases/{case.id}/assign", {"owner": str(office.cast.colleague.id)})
    carry(organization_id=office.cast.organization.id)
    page = api.get("notices?unread=true&limit=2")
    assert [line["case"]["title"] for line in page["results"]] == ["Case 2", "Case 1"]
    assert page["results"][0]["event"]["type"] == "case.assigned"
    assert not page["results"][0]["is_read"]
    (oldest,) = api.get(page["next"].partition("/api/v1/")[2])["results"]
    assert oldest["case"]["number"] == cases[0].number

    assert api.post("notices/read", {"notice_ids": [oldest["id"]]}) == {"read": 1}
    assert api.post("notices/read", {"notice_ids": [page["results"][0]["id"]]}) == {"read": 1}
    assert [line["case"]["title"] for line in api.get("notices?unread=true")["results"]] == ["Case 1"]
    assert Api.of(office.cast.owner).get("notices")["results"] == []
    assert api.post("notices/read") == {"read": 1}
    assert [line["is_read"] for line in api.get("notices")["results"]] == [True, True, True]


def test_what_an_inbox_cannot_be_asked_is_named(api):
    assert "before" in refused(api("GET", "notices?before=7"), 400, "bad_parameters")["fields"]
    assert "unread" in refused(api("GET", "notices?unread=no"), 400, "bad_parameters")["fields"]
    assert (
        "member_id"
        in refused(api("POST", "notices/read", {"member_id": "x"}), 400, "unknown_fields")["fields"]
    )
