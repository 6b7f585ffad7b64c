"""Everything several people may change carries a version, and every act on it heeds the one that `If-Match` names."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.urls import get_resolver

from api.door import Door
from cases.actions.importing import upload_log
from tests.api.kit import refused


class Guarded(NamedTuple):
    """An act on a thing: where the thing is, and what changes it. `{…}` are filled from the world."""

    thing: str
    method: str
    act: str
    body: dict[str, Any]


GUARDED = {
    "organization": Guarded("organizations/{slug}", "PATCH", "organizations/{slug}", {"name": "Acme AG"}),
    "member": Guarded("members/{member}", "PATCH", "members/{member}", {"name": "Carla"}),
    "member-role": Guarded("members/{member}", "POST", "members/{member}/role", {"role_id": "{auditor}"}),
    "member-deactivate": Guarded("members/{member}", "POST", "members/{member}/deactivate", {}),
    "member-reactivate": Guarded("members/{gone}", "POST", "members/{gone}/reactivate", {}),
    "role": Guarded("roles/{role}", "PUT", "roles/{role}", {"name": "Desk", "permissions": []}),
    "role-delete": Guarded("roles/{role}", "POST", "roles/{role}/delete", {}),
    "team": Guarded("teams/{team}", "PATCH", "teams/{team}", {"name": "Claims"}),
    "team-archive": Guarded("teams/{team}", "POST", "teams/{team}/archive", {}),
    "team-restore": Guarded("teams/{archived}", "POST", "teams/{archived}/restore", {}),
    "team-members": Guarded("teams/{team}", "POST", "teams/{team}/members", {"member_id": "{member}"}),
    "team-member-remove": Guarded("teams/{full}", "POST", "teams/{full}/members/{member}/remove", {}),
}
# Acts without a version, each with the reason why nothing can be lost. Cases and templates: tests/api/test_versions.py.
UNGUARDED = {
    "invitation-revoke": "final: the second one is told so (409)",
    "token-revoke": "final: the second one is told so (409)",
    "notices-read": "the caller's own, and final",
    "delivery-retry": "one that is not there any more is 404",
    "delivery-give-up": "one that is not there any more is 404",
}
# Imports have a version and no ETag: their progress moves without one.
IMPORTS = ("plan", "start", "stop", "discard")
MAKES = {"cases", "templates", "roles", "teams", "tokens", "invitations", "imports"}


@pytest.fixture
def world(owner, office):
    """What the addresses name, by the words used above."""
    cast = office.cast
    gone = cast.join("Gus Gone", "auditor")
    owner.post(f"members/{gone.id}/deactivate")
    team, archived, full = (office.team(name) for name in ("Finance", "Old", "Full"))
    owner.post(f"teams/{archived}/archive")
    owner.post(f"teams/{full}/members", {"member_id": str(cast.colleague.id)})
    role = owner.post("roles", {"name": "Movers", "permissions": ["case.move"]}, status=201)
    names = {"slug": cast.organization.slug, "member": cast.colleague.id, "gone": gone.id, "role": role["id"]}
    return names | {"team": team, "archived": archived, "full": full, "auditor": cast.role("auditor").id}


def filled(value: Any, world: dict[str, Any]) -> Any:
    """Return the text, or the texts of a body, with what they name."""
    if isinstance(value, dict):
        return {name: filled(each, world) for name, each in value.items()}
    return value.format(**world) if isinstance(value, str) else value


@pytest.mark.parametrize("name", GUARDED)
def test_an_act_goes_by_the_version_that_was_seen(owner, world, name):
    thing, method, act, body = (filled(part, world) for part in GUARDED[name])
    seen = owner("GET", thing)
    assert owner("GET", thing, if_none_match=seen["ETag"]).status_code == 304
    problem = refused(owner(method, act, body, if_match='"9999"'), 412, "stale")
    assert f'"{problem["version"]}"' == seen["ETag"]
    assert owner.get(thing) == seen.json()
    answer = owner(method, act, body, if_match=seen["ETag"])
    assert answer.status_code == 200, answer.content
    if name == "role-delete":
        refused(owner("GET", thing), 404, "missing")
        return
    now = owner("GET", thing)
    assert (now["ETag"], now.json()) == (answer["ETag"], answer.json())
    assert now["ETag"] != seen["ETag"]
    refused(owner(method, act, body, if_match=seen["ETag"]), 412, "stale")


def test_members_given_another_role_by_its_deletion_have_another_version(owner, office, world):
    by_path = f"members/{office.cast.colleague.id}"
    owner.post(f"{by_path}/role", {"role_id": world["role"]})
    seen = owner("GET", by_path)
    owner.post(f"roles/{world['role']}/delete", {"destination_id": str(world["auditor"])})
    refused(owner("PATCH", by_path, {"name": "Carla"}, if_match=seen["ETag"]), 412, "stale")


@pytest.mark.parametrize("act", IMPORTS)
def test_an_import_is_not_started_by_a_plan_nobody_saw(owner, office, act):
    log = upload_log(
        by=office.cast.owner.actor, file_name="log.csv", content=[b"case,activity,time\n1,A,2026-01-01\n"]
    )
    body = {"template_name": "Orders", "plan": {"case": "case"}} if act == "plan" else {}
    problem = refused(owner("POST", f"imports/{log.id}/{act}", body, if_match='"7"'), 412, "stale")
    assert problem["version"] == owner.get(f"imports/{log.id}")["version"] == 1
    stopped = owner.post(f"imports/{log.id}/stop", if_match='"1"')
    assert stopped["version"] == 2
    planned = {
        "template_name": "Orders",
        "plan": {"case": "case", "activity": "activity", "timestamp": "time"},
    }
    assert owner.post(f"imports/{log.id}/plan", planned, if_match='"2"')["version"] == 3


def test_what_has_no_version_says_so_instead_of_not_heeding_it(owner):
    refused(owner("POST", "notices/read", {}, if_match='"1"'), 400, "bad_etag")
    refused(owner("POST", "teams", {"name": "New"}, if_match='"1"'), 400, "bad_etag")
    owner.post("notices/read", {}, if_match="*")


def test_each_act_is_guarded_or_says_why_not():
    known = {f"api-{name}" for name in (*GUARDED, *UNGUARDED, *MAKES, *(f"import-{act}" for act in IMPORTS))}
    open_ones = {
        name for name, view in _acts() if not name.startswith(("api-case-", "api-template-"))
    } - known
    assert open_ones == set(), "give each a version (read_seen, guarded()), or a reason here"


def _acts() -> list[tuple[str, Callable[..., Any]]]:
    patterns = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/").url_patterns
    views = [(each.name, getattr(each.callback, "cls", None)) for each in patterns]
    return [
        (name, view)
        for name, view in views
        if view
        and issubclass(view, Door)
        and any(hasattr(view, verb) for verb in ("post", "put", "patch", "delete"))
    ]
