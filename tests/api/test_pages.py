"""Lists that have the newest first say where they go on, to their very end."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from cases.logs.models import LogImport
from outbound.models import Mail
from tenants.actions.invitations import invite_member
from tenants.actions.tokens import create_token, revoke_token
from tests.api.kit import refused
from timeline.models import Delivery


def everything(api, path):
    """All results, page by page; no page has more than two."""
    url, found = f"{path}{'&' if '?' in path else '?'}limit=2", []
    while url:
        page = api.get(url)
        assert len(page["results"]) <= 2
        found += page["results"]
        url = page["next"].partition("/api/v1/")[2] if page["next"] else None
    return found


def tokens(office, cast):
    return [create_token(by=cast.owner.actor, name=f"T{n}").token for n in range(5)]


def invitations(office, cast):
    role = cast.role("auditor")
    return [invite_member(by=cast.owner.actor, email=f"p{n}@example.org", role_id=role.id) for n in range(5)]


def imports(office, cast):
    with cast.scope:
        return [
            LogImport.objects.create(
                organization=cast.organization,
                file_name=f"{n}.csv",
                digest=b"",
                asked_by={"label": "Olga"},
                state="ready",
            )
            for n in range(5)
        ]


def deliveries(office, cast):
    at, common = cast.now(), {"organization": cast.organization, "event_id": uuid4(), "attempts": 8}
    with cast.scope:
        mails = [
            Mail.objects.create(
                **common, kind="invitation", to=f"{uuid4()}@example.org", dead_at=at - timedelta(n)
            )
            for n in (0, 2, 2)
        ]
        events = [
            Delivery.objects.create(
                **common, stream_id=uuid4(), seq=n, subscriber="s", dead_at=at - timedelta(n)
            )
            for n in (1, 2)
        ]
    return [mails[0], events[0], *sorted((*mails[1:], events[1]), key=lambda row: row.id, reverse=True)][::-1]


@pytest.mark.parametrize("make", [tokens, invitations, imports, deliveries], ids=lambda make: make.__name__)
def test_a_list_is_followed_to_its_end(office, owner, make):
    made = [str(row.id) for row in make(office, office.cast)]
    found = [row["id"] for row in everything(owner, make.__name__)]
    assert found[: len(made)] == made[::-1]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("path", ["tokens", "invitations", "imports", "notices"])
def test_what_is_no_id_is_no_place_in_a_list(shared_owner, path):
    assert "before" in refused(shared_owner("GET", f"{path}?before=7"), 400, "bad_parameters")["fields"]


@pytest.mark.parametrize("cursor", ["7", "2026-01-01~", f"2026-01-01T00:00:00~{UUID(int=7)}", "%00"])
def test_what_no_page_gave_is_no_place_among_deliveries(shared_owner, cursor):
    problem = refused(shared_owner("GET", f"deliveries?cursor={cursor}"), 400, "bad_parameters")
    assert "cursor" in problem["fields"]


def test_tokens_that_work_are_found_among_those_that_do_not(office, owner, superuser):
    by = office.cast.owner.actor
    live, revoked, expired = [
        create_token(by=by, name=name, expires_at=office.cast.now() + timedelta(1)).token
        for name in ("live", "revoked", "expired")
    ]
    revoke_token(by=by, token_id=revoked.id)
    superuser.execute("UPDATE tenants_token SET expires_at = now() WHERE id = %s", [expired.id])
    found = {row["id"] for row in everything(owner, "tokens?live=true")}
    assert str(live.id) in found
    assert not {str(revoked.id), str(expired.id)} & found
    assert "live" in refused(owner("GET", "tokens?live=no"), 400, "bad_parameters")["fields"]
