"""Event logs through the API: in, looked at, meant otherwise, brought in, stopped, and out again."""

import gzip
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.views.imports import Imports
from casefy.receiving import TakesFile
from cases.logs.models import LogImport, LogPiece
from cases.logs.running import work_on
from outbound.models import Mail
from tenants.scope import reading
from tests.api.kit import Api, refused
from tests.settled import settled

LOG = (
    "case_id,activity,timestamp,resource\n"
    "A,New,2026-01-01T08:00:00+00:00,ana\n"
    "A,Solved,2026-01-02T08:00:00+00:00,bo\n"
    "B,New,never,ana\n"
    "B,New,2026-01-03T08:00:00+00:00,ana\n"
)


def send(api: Api, content: bytes, query: str = "", content_type: str = "text/csv", **headers: str):
    given = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return api.client.generic(
        "POST",
        f"/api/v1/imports{query}",
        content,
        content_type=content_type,
        headers={"Authorization": f"Bearer {api.secret}", **given},
    )


def uploaded(api: Api, content: bytes = LOG.encode(), query: str = "?file_name=log.csv") -> dict:
    response = send(api, content, query)
    assert response.status_code == 201, response.content
    return response.json()


def worked(office, made: dict) -> None:
    assert work_on(office.cast.organization.id, made["id"])


def test_a_log_goes_in_is_looked_at_meant_otherwise_brought_in_and_comes_out_again(owner, office):
    made = uploaded(owner)
    assert (made["state"], made["file_name"], made["file_bytes"]) == ("waiting", "log.csv", len(LOG))
    worked(office, made)
    looked = owner.get(f"imports/{made['id']}")
    assert (looked["state"], looked["plan"]["case"], looked["found"]["events"]) == ("ready", "case_id", 3)
    assert looked["refused"] == 1
    plan = {"plan": {"resource": "resource"}, "template_name": "Incidents"}
    assert owner.post(f"imports/{made['id']}/plan", plan)["state"] == "waiting"
    worked(office, made)
    assert owner.post(f"imports/{made['id']}/start")["state"] == "waiting"
    worked(office, made)
    done = owner.get(f"imports/{made['id']}")
    assert (done["state"], done["cases_made"], done["events_made"], done["percent"]) == ("done", 2, 3, 100)
    assert (done["template"], done["asked_by"]) == ("incidents", "Script (API)")
    lines = owner("GET", f"imports/{made['id']}/lines")
    assert lines.content.decode().splitlines()[1].startswith("4,timestamp,")
    out = owner("GET", "templates/incidents/log")
    assert out["Content-Type"] == "text/csv"
    rows = b"".join(out.streaming_content).decode().splitlines()
    assert [row.split(",")[:4] for row in rows[1:]] == [
        line.split(",") for line in LOG.splitlines()[1:] if "never" not in line
    ]
    xes = owner("GET", "templates/incidents/log?format=xes")
    assert (xes["Content-Type"], b"<log" in b"".join(xes.streaming_content)) == ("application/xml", True)
    assert [each["id"] for each in owner.get("imports")["results"]] == [made["id"]]
    owner.post(f"imports/{made['id']}/discard")
    refused(owner("GET", f"imports/{made['id']}"), 404, "no_such_import")


def test_a_form_and_a_packed_file_go_in_as_well_and_at_once(owner, office):
    file = SimpleUploadedFile("orders.csv.gz", gzip.compress(LOG.encode()))
    response = owner.client.post(
        "/api/v1/imports?template_name=Orders&then=import",
        {"file": file},
        headers={"Authorization": f"Bearer {owner.secret}"},
    )
    assert response.status_code == 201, response.content
    made = response.json()
    assert (made["file_name"], made["template_name"]) == ("orders.csv.gz", "Orders")
    worked(office, made)
    assert owner.get(f"imports/{made['id']}")["cases_made"] == 2


def test_an_import_can_be_stopped_and_goes_on(owner, office):
    made = uploaded(owner, query="?template_name=Orders&then=import")
    assert owner.post(f"imports/{made['id']}/stop")["state"] == "stopped"
    refused(owner("POST", f"imports/{made['id']}/stop"), 409, "not_running")
    assert owner.post(f"imports/{made['id']}/start")["state"] == "waiting"


def test_the_same_upload_under_the_same_key_is_one_import(owner, office):
    first = send(owner, LOG.encode(), "?file_name=a.csv", idempotency_key="upload-1")
    second = send(owner, LOG.encode(), "?file_name=a.csv", idempotency_key="upload-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    other = send(
        owner, LOG.encode() + b"C,New,2026-01-01,ana\n", "?file_name=a.csv", idempotency_key="upload-1"
    )
    refused(other, 422, "key_reused")
    assert len(owner.get("imports")["results"]) == 1


class Unread:
    """A body that must not be touched."""

    def read(self, *_):
        raise AssertionError("the body was read before it was judged")

    readline = read


def unread_post(secret: str, content_type: str, length: int | None = 1 << 20):
    more = {} if length is None else {"CONTENT_LENGTH": str(length)}
    client = Client()
    return client.generic(
        "POST",
        "/api/v1/imports",
        b"",
        headers={"Authorization": f"Bearer {secret}"},
        **{"wsgi.input": Unread(), "CONTENT_TYPE": content_type, **more},
    )


@pytest.mark.parametrize("content_type", ["text/csv", "multipart/form-data; boundary=x"])
def test_who_may_not_import_is_refused_before_anything_is_read(api, owner, content_type):
    refused(unread_post(api.secret, content_type), 403, "forbidden")
    refused(unread_post("cfy_nobody", content_type), 401, "unauthenticated")
    problem = refused(unread_post(owner.secret, content_type, 600 << 20), 413, "too_large")
    assert "512 MB" in problem["detail"]
    assert "gzip" in problem["detail"]


def test_what_names_no_size_is_read_no_further_than_may_come(owner, office, monkeypatch):
    monkeypatch.setattr(Imports, "takes_file", TakesFile(100, "At most 100 bytes.", "case.import"))
    assert refused(send(owner, b"x" * 101), 413, "too_large")["detail"] == "At most 100 bytes."
    file = SimpleUploadedFile("a.csv", b"x" * 101)
    headers = {"Authorization": f"Bearer {owner.secret}"}
    refused(owner.client.post("/api/v1/imports", {"file": file}, headers=headers), 413, "too_large")
    with office.cast.scope, reading():
        assert not LogImport.objects.exists()
        assert not LogPiece.objects.exists()


def test_what_is_no_file_is_refused_with_a_sentence(owner, office):
    refused(send(owner, b"{}", content_type="application/json"), 415, "unsupported_media_type")
    empty = owner.client.generic(
        "POST",
        "/api/v1/imports",
        headers={"Authorization": f"Bearer {owner.secret}"},
        CONTENT_TYPE="text/csv",
    )
    refused(empty, 422, "invalid")
    refused(send(owner, LOG.encode(), "?then=sometime"), 400, "bad_parameters")
    refused(send(owner, LOG.encode(), "?then=import"), 400, "bad_parameters")
    refused(send(owner, LOG.encode(), "?zone=Nowhere"), 422, "invalid")
    headers = {"Authorization": f"Bearer {owner.secret}"}
    form = {"file": SimpleUploadedFile("a.csv", LOG.encode()), "extra": "1"}
    problem = refused(owner.client.post("/api/v1/imports", form, headers=headers), 400, "unknown_fields")
    assert list(problem["fields"]) == ["extra"]
    refused(send(owner, b"nonsense", content_type="multipart/form-data; boundary=x"), 400, "bad_fields")


def test_a_kind_that_does_not_exist_is_named(owner, office):
    made = uploaded(owner)
    body = {"template_name": "Orders", "plan": {"kinds": {"resource": "rainbow"}}}
    owner.post(f"imports/{made['id']}/stop")
    problem = refused(owner("POST", f"imports/{made['id']}/plan", body), 422, "invalid")
    assert "rainbow" in problem["fields"]["kinds"]


def test_reading_imports_needs_the_permission(api, owner, office):
    made = uploaded(owner)
    for path in ("imports", f"imports/{made['id']}", f"imports/{made['id']}/lines", "deliveries"):
        refused(api("GET", path), 403, "forbidden")


def test_a_session_uploads_with_its_csrf_token_and_is_judged_before_the_form_is_read(office):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(office.cast.owner.user)
    form = {"file": SimpleUploadedFile("a.csv", LOG.encode())}
    refused(browser.post("/api/v1/imports", form), 403, "csrf")
    browser.cookies["csrftoken"] = "a" * 32
    form = {"file": SimpleUploadedFile("a.csv", LOG.encode())}
    assert browser.post("/api/v1/imports", form, headers={"X-CSRFToken": "a" * 32}).status_code == 201


def test_failed_deliveries_are_listed_tried_again_and_given_up(owner, office):
    with office.cast.scope:
        dead = [
            Mail.objects.create(
                organization=office.cast.organization, kind="invitation", to=f"{name}@example.org", subject="x",
                event_id=uuid4(), dead_at=office.cast.now(), error="no such mailbox", attempts=8,
            ).id
            for name in ("ana", "bo")
        ]  # fmt: skip
    listed = owner.get("deliveries")["results"]
    assert {each["to"] for each in listed} == {"ana@example.org", "bo@example.org"}
    assert listed[0]["error"] == "no such mailbox"
    assert owner.post(f"deliveries/{dead[0]}/retry") == {"id": str(dead[0]), "is_due": True}
    assert owner.post(f"deliveries/{dead[1]}/give-up") == {"id": str(dead[1]), "is_due": False}
    assert owner.get("deliveries")["results"] == []
    refused(owner("POST", f"deliveries/{dead[0]}/retry"), 404, "missing")
    settled()
    types = [each["type"] for each in owner.get("events?limit=200")["results"]]
    assert {"delivery.retried", "delivery.given_up"} <= set(types)
