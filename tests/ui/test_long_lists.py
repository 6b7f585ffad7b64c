"""Screens whose list is longer than a page lead on to the older ones, to the very end."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from cases.logs.models import LogImport
from outbound.models import Mail
from tenants.models import Invitation, Token

MANY = 53


def tokens(cast, n):
    return Token(
        organization=cast.organization,
        name=f"thing-{n}",
        member=cast.owner.member,
        digest=uuid4().bytes,
        scopes=[],
    )


def invitations(cast, n):
    return Invitation(
        organization=cast.organization,
        email=f"thing-{n}@example.org",
        role=cast.role("auditor"),
        digest=uuid4().bytes,
        expires_at=cast.now() + timedelta(1),
    )


def imports(cast, n):
    return LogImport(
        organization=cast.organization,
        file_name=f"thing-{n}",
        digest=b"",
        asked_by={"label": "Olga"},
        state="done",
    )


def deliveries(cast, n):
    return Mail(
        organization=cast.organization,
        kind="invitation",
        subject=f"thing-{n}",
        event_id=uuid4(),
        attempts=8,
        dead_at=cast.now() - timedelta(minutes=n),
    )


SCREENS = {
    "settings/tokens": tokens,
    "settings/members": invitations,
    "settings/deliveries": deliveries,
    "imports": imports,
}


@pytest.mark.parametrize("screen", SCREENS)
def test_whatever_is_on_no_first_page_is_on_a_later_one(committed_cast, screen):
    cast, client = committed_cast, Client()
    client.force_login(cast.owner.user)
    make = SCREENS[screen]
    with cast.scope:
        type(make(cast, 0)).objects.bulk_create(make(cast, n) for n in range(MANY))
    seen: set[str] = set()
    query, pages = "", 0
    while query is not None:
        page = client.get(f"/o/{cast.organization.slug}/{screen}{query}").content.decode()
        seen |= set(re.findall(r"thing-\d+", page))
        older = re.search(r'rel="next" href="(\?before=[^"]+)"', page)
        query, pages = older[1] if older else None, pages + 1
    assert pages == 2
    assert seen == {f"thing-{n}" for n in range(MANY)}
