"""The settings screens: for those who may, for those who may not, and when something is wrong."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from outbound.models import Mail
from tenants.actions.members import change_member_role
from tenants.actions.organizations import update_organization
from tenants.actions.roles import create_role, update_role
from tenants.actions.teams import create_team
from tenants.models import Invitation, Member, Role, Team, Token
from tenants.permissions import BUILT_IN_ROLES, PERMISSIONS
from tenants.scope import reading
from tests.api.kit import Api
from ui.context import May

TABS = ("general", "members", "teams", "roles", "roles/new", "tokens", "deliveries", "me")
HTMX = {"HX-Request": "true"}


class Desk:
    """Somebody in front of the settings, with a browser or with htmx."""

    def __init__(self, cast, player):
        self.cast, self.client = cast, Client()
        self.client.force_login(player.user)
        self.base = f"/o/{cast.organization.slug}/settings"

    def get(self, path, **headers):
        return self.client.get(f"{self.base}/{path}", headers=headers)

    def post(self, path, given=None, htmx=True):
        return self.client.post(f"{self.base}/{path}", given or {}, headers=HTMX if htmx else {})


@pytest.fixture
def owner(committed_cast):
    return Desk(committed_cast, committed_cast.owner)


@pytest.fixture
def reader(committed_cast):
    return Desk(committed_cast, committed_cast.reader)


def rows(desk, model):
    with desk.cast.scope, reading():
        return list(model.objects.order_by("id"))


@pytest.mark.parametrize("tab", TABS)
def test_every_screen_opens_for_an_owner(owner, tab):
    response = owner.get(tab)
    assert response.status_code == 200
    assert "You may not" not in response.content.decode()


@pytest.mark.parametrize("tab", [tab for tab in TABS if tab != "me"])
def test_whoever_may_not_is_told_who_can(reader, tab):
    page = reader.get(tab).content.decode()
    assert "You may not" in page
    assert "Olga Owner can" in page


@pytest.mark.parametrize("tab", TABS)
def test_a_piece_is_what_the_page_shows(owner, tab):
    page, piece = owner.get(tab).content.decode(), owner.get(tab, **HTMX).content.decode()
    inner = re.search(r"<hx-partial[^>]*>(.*)</hx-partial>", piece, re.DOTALL)[1]
    assert plain(inner) in plain(page)


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r'value="[A-Za-z0-9]{64}"', "", html)).strip()


def test_the_organization_is_changed_and_what_is_wrong_stays_typed(owner):
    wrong = owner.post("general", {"name": "", "time_zone": "Asia/Tokyo", "locale": "en"})
    assert wrong.status_code == 422
    assert "Please enter" in wrong.content.decode()
    assert '<option value="Asia/Tokyo" selected>' in wrong.content.decode()
    right = owner.post("general", {"name": "Acme AG", "time_zone": "Asia/Tokyo", "locale": "en"}, htmx=False)
    assert right.status_code == 303
    assert "Acme AG" in owner.get("general").content.decode()


def test_every_role_is_described_where_it_is_given_and_on_its_page(owner):
    desk = owner.post("roles/new", {"name": "Front desk", "permissions": ["case.open", "case.comment"]})
    assert desk.status_code < 400
    told = {role.name: role.description for role in BUILT_IN_ROLES}
    told["Front desk"] = "May open cases; comment on cases."
    person = next(iter(rows(owner, Member)))
    for path in ("members/invite", f"members/{person.id}/role", "roles"):
        html = owner.get(path).content.decode()
        assert [name for name, words in told.items() if words not in html] == []


def test_somebody_is_invited_from_the_dialog_and_taken_back(owner):
    roles = {role.key: role for role in rows(owner, Role)}
    wrong = owner.post("members/invite", {"email": "nonsense", "role": roles["auditor"].id})
    assert wrong.status_code == 422
    assert 'value="nonsense"' in wrong.content.decode()
    email = f"{uuid4().hex[:8]}@example.org"
    done = owner.post("members/invite", {"email": email, "role": roles["auditor"].id})
    assert done.status_code == 200
    assert email in done.content.decode()
    (invitation,) = rows(owner, Invitation)
    gone = owner.post(f"invitations/{invitation.id}/revoke")
    assert "Nobody is invited" in gone.content.decode()


def test_a_role_is_made_changed_and_deleted(owner):
    assert owner.post("roles/new", {"name": "Desk", "permissions": ["case.view"]}).status_code == 204
    (desk,) = [role for role in rows(owner, Role) if role.key == "desk"]
    owner.post(f"roles/{desk.id}", {"name": "Desk", "permissions": ["case.view", "case.open"]})
    assert [role.permissions for role in rows(owner, Role) if role.id == desk.id] == [
        ["case.view", "case.open"]
    ]
    assert "Delete Desk" in owner.get(f"roles/{desk.id}/delete").content.decode()
    assert owner.post(f"roles/{desk.id}/delete").status_code == 200
    assert desk.id not in [role.id for role in rows(owner, Role)]


def test_a_member_changes_role_and_name_leaves_and_comes_back(owner):
    member, roles = owner.cast.colleague, {role.key: role for role in rows(owner, Role)}
    assert (
        "Designer" in owner.post(f"members/{member.id}/role", {"role": roles["designer"].id}).content.decode()
    )
    assert "Carla" in owner.post(f"members/{member.id}/name", {"name": "Carla"}).content.decode()
    assert "They hold nothing" in owner.get(f"members/{member.id}/deactivate").content.decode()
    assert "deactivated" in owner.post(f"members/{member.id}/deactivate").content.decode()
    assert "active again" in owner.post(f"members/{member.id}/reactivate").content.decode()
    (row,) = [each for each in rows(owner, Member) if each.id == member.id]
    assert (row.name, row.role_id, row.is_active) == ("Carla", roles["designer"].id, True)


def test_the_last_owner_is_told_why_they_cannot_go(owner):
    response = owner.post(f"members/{owner.cast.owner.id}/deactivate")
    assert response.status_code == 409
    assert "last owner" in response.content.decode()


def test_a_team_is_filled_and_emptied(owner):
    assert "Claims" in owner.post("teams/new", {"name": "Claims"}).content.decode()
    (team,) = rows(owner, Team)
    member = owner.cast.colleague
    assert member.name in owner.post(f"teams/{team.id}/members", {"member": member.id}).content.decode()
    assert owner.post(f"teams/{team.id}/members/{member.id}/remove").status_code == 200
    assert "archived" in owner.post(f"teams/{team.id}/archive").content.decode()
    assert "takes work again" in owner.post(f"teams/{team.id}/restore").content.decode()


def test_a_token_is_shown_once(owner):
    made = owner.post(
        "tokens/new", {"name": "Nightly", "lasts": "30", "reach": "some", "scopes": ["case.view"]}
    )
    (secret,) = set(re.findall(r"cfy_[\w-]{43}", made.content.decode()))
    (token,) = rows(owner, Token)
    assert (token.scopes, token.expires_at is not None) == (["case.view"], True)
    assert secret not in owner.get("tokens").content.decode()
    assert "No tokens yet" in owner.post(f"tokens/{token.id}/revoke").content.decode()


@pytest.mark.parametrize(
    ("lasts", "day"), [("on", ""), ("on", "2020-01-01"), ("on", "never"), ("on", "9999-12-31")]
)
def test_a_token_for_a_day_that_is_over_is_refused(owner, lasts, day):
    response = owner.post("tokens/new", {"name": "Nightly", "lasts": lasts, "expires_on": day})
    assert response.status_code == 422
    assert 'value="Nightly"' in response.content.decode()


def test_dead_mails_are_listed_tried_again_and_given_up(owner, reader):
    with owner.cast.scope:
        letters = [
            Mail.objects.create(
                organization=owner.cast.organization, kind="invitation", to=f"{n}@example.org", subject=f"Mail {n}",
                event_id=uuid4(), attempts=8, error="SMTP says no", dead_at=owner.cast.now(),
            )
            for n in range(2)
        ]  # fmt: skip
    page = owner.get("deliveries").content.decode()
    assert page.count("SMTP says no") == 2
    assert owner.post(f"deliveries/{letters[0].id}/retry").content.decode().count("SMTP says no") == 1
    assert "Everything arrived" in owner.post(f"deliveries/{letters[1].id}/give-up").content.decode()
    assert (
        "Mail"
        not in reader.get("deliveries").content.decode().split('id="deliveries"')[1].split("</main>")[0]
    )


def test_a_screen_costs_the_same_for_two_teams_and_twenty(owner, django_assert_num_queries):
    by = owner.cast.owner.actor
    for _ in range(2):
        create_team(by=by, name=uuid4().hex)
    owner.get("teams")
    with django_assert_num_queries(3):  # BEGIN, the way in, COMMIT: the rest is remembered
        owner.get("teams")
    for _ in range(18):
        create_team(by=by, name=uuid4().hex)
    owner.get("teams")
    with django_assert_num_queries(3):
        owner.get("teams")


def test_nobody_gives_a_permission_they_do_not_have(owner):
    role = create_role(by=owner.cast.owner.actor, name="Maker", permissions=["role.manage"])
    maker = Desk(owner.cast, owner.cast.join("Mo Maker", role.key))
    page = maker.get("roles/new").content.decode()
    assert page.count("You do not have this yourself.") == len(PERMISSIONS) - 1
    refused = maker.post("roles/new", {"name": "Boss", "permissions": ["member.manage"]})
    assert refused.status_code == 403
    assert 'value="Boss"' in refused.content.decode()


def test_templates_ask_for_permissions_that_exist():
    asked = set()
    for path in (Path(__file__).resolve().parents[2] / "ui" / "templates").rglob("*.html"):
        asked |= set(re.findall(r"\bmay\.([a-z_]+\.[a-z_]+)", path.read_text()))
    assert asked
    assert asked <= set(PERMISSIONS)
    assert May(frozenset({"case.move"}))["case"]["move"] is True
    with pytest.raises(KeyError):
        May(frozenset())["case"]["steal"]


def test_screens_and_api_show_people_and_the_timeline_to_the_same_visitors(committed_cast):
    cast = committed_cast
    holds = {
        "guest": (),
        "keeper of members": ("member.manage",),
        "browser without cases": ("timeline.view",),
        "browser of all": ("timeline.view", "case.view"),
    }
    for name, permissions in holds.items():
        role = (
            create_role(by=cast.owner.actor, name=name.title(), permissions=permissions)
            if permissions
            else None
        )
        player = cast.join(name.title(), "guest")
        if role:
            change_member_role(by=cast.owner.actor, member_id=player.id, role_id=role.id)
        desk, api = Desk(cast, player), Api.of(player)
        for part in ("members", "teams", "roles"):
            seen = name in ("keeper of members", "browser of all")
            assert (desk.get(part).status_code, api("GET", part).status_code) == (
                (200, 200) if seen else (403, 403)
            ), (name, part)
            assert (f"/settings/{part}" in desk.get("me").content.decode()) == seen, (name, part)
        screen = desk.client.get(f"/o/{cast.organization.slug}/timeline").status_code
        assert (screen, api("GET", "events").status_code) == (
            (200, 200) if name == "browser of all" else (403, 403)
        ), name


def seen_version(page):
    """The version a form was drawn from."""
    (version,) = re.findall(r'name="expected_version" value="(\d+)"', page.content.decode())
    return version


def test_a_role_somebody_else_has_just_changed_is_not_overwritten_unseen(owner, committed_cast):
    by = committed_cast.owner.actor
    role = create_role(by=by, name="Desk", permissions=["case.view"])
    seen = seen_version(owner.get(f"roles/{role.id}"))
    update_role(by=by, role_id=role.id, name="Desk", permissions=["case.view", "case.move"])
    mine = {"name": "Front desk", "permissions": ["case.view"], "expected_version": seen}
    refused = owner.post(f"roles/{role.id}", mine)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "changed this role in the meantime" in text
    assert 'value="Front desk"' in text
    with committed_cast.scope, reading():
        assert Role.objects.get(id=role.id).permissions == ["case.view", "case.move"]
    owner.post(f"roles/{role.id}", {**mine, "expected_version": seen_version(refused)})
    with committed_cast.scope, reading():
        assert Role.objects.get(id=role.id).name == "Front desk"


def test_settings_somebody_else_has_just_changed_are_not_overwritten_unseen(owner, committed_cast):
    seen = seen_version(owner.get("general"))
    update_organization(by=committed_cast.owner.actor, locale="de")
    mine = {"name": "Acme AG", "time_zone": "UTC", "locale": "en", "expected_version": seen}
    refused = owner.post("general", mine)
    assert refused.status_code == 409
    assert "in the meantime" in refused.content.decode()
    assert 'value="Acme AG"' in refused.content.decode()
    done = owner.post("general", {**mine, "expected_version": seen_version(refused)})
    assert done.status_code in (200, 204), done.content
