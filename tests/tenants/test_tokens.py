"""Keys for the API."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from casefy.errors import Conflict, Forbidden, Invalid
from tenants import token_use
from tenants.actions.members import change_member_role
from tenants.actions.roles import create_role
from tenants.actions.tokens import create_token, revoke_token
from tenants.entering import enter_by_token
from tenants.models import Token
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing


def enter(secret):
    with reading():
        return enter_by_token(secret)


def test_a_token_opens_the_door_in_its_members_name_and_is_kept_as_a_digest(cast):
    colleague, by = cast.colleague, cast.colleague.actor
    with acts(cast.organization, says=["token.created"], queries=8) as acted:
        token, secret = create_token(by=by, name="Nightly export")
    assert secret.startswith("cfy_")
    assert len(secret) == 47
    assert token.prefix == secret[:12]
    assert secret[12:] not in str(acted.event.fact) + bytes(token.digest).decode("latin-1")
    entry = enter(secret)
    assert (entry.member_id, entry.permissions) == (colleague.id, colleague.actor.permissions)
    actor = entry.actor()
    assert (actor.kind, actor.label, actor.on_behalf_of) == ("token", "Nightly export (API)", colleague.id)


def test_scopes_narrow_what_a_token_may_and_never_widen_it(cast):
    colleague, by = cast.colleague, cast.colleague.actor
    _, secret = create_token(by=by, name="Reader", scopes=["case.view", "case.move"])
    assert enter(secret).permissions == {"case.view", "case.move"}
    with refused(cast.organization, Invalid, match="cannot do more"):
        create_token(by=by, name="Boss", scopes=["member.manage"])
    with refused(cast.organization, Invalid, match="no such permission"):
        create_token(by=by, name="Boss", scopes=["case.steal"])
    change_member_role(by=cast.owner.actor, member_id=colleague.id, role_id=cast.role("auditor").id)
    assert enter(secret).permissions == {"case.view"}


def test_somebody_elses_token_never_comes_to_do_more_than_its_maker_could_allow(cast):
    _, secret = create_token(by=cast.owner.actor, name="For Carl", member_id=cast.colleague.id)
    could = enter(secret).permissions
    assert could == cast.colleague.actor.permissions
    change_member_role(by=cast.owner.actor, member_id=cast.colleague.id, role_id=cast.role("owner").id)
    assert enter(secret).permissions == could
    _, own = create_token(by=cast.colleague.actor, name="My own")
    assert "role.manage" in enter(own).permissions


def test_a_token_for_one_who_may_nothing_is_refused_rather_than_made_for_everything(cast):
    role = create_role(by=cast.owner.actor, name="Nothing yet", permissions=[])
    change_member_role(by=cast.owner.actor, member_id=cast.colleague.id, role_id=role.id)
    by = cast.owner.actor
    with refused(cast.organization, Conflict, match="may do nothing"):
        create_token(by=by, name="For Carl", member_id=cast.colleague.id)


def test_a_login_that_was_switched_off_leaves_its_tokens_outside(cast):
    _, secret = create_token(by=cast.colleague.actor, name="Script")
    user = cast.colleague.user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert enter(secret) is None


def test_a_token_expires(cast):
    _, secret = create_token(by=cast.owner.actor, name="Short", expires_at=now() + timedelta(seconds=1))
    assert enter(secret) is not None
    by = cast.owner.actor
    with refused(cast.organization, Invalid, match="future"):
        create_token(by=by, name="Past", expires_at=now() - timedelta(seconds=1))
    with refused(cast.organization, Invalid, match="within a hundred years"):
        create_token(by=by, name="For ever", expires_at=datetime(9999, 12, 31, 23, 30, tzinfo=UTC))


def test_a_revoked_token_is_worth_nothing_at_once(cast):
    token, secret = create_token(by=cast.colleague.actor, name="Script")
    with acts(cast.organization, says=["token.revoked"]):
        revoke_token(by=cast.colleague.actor, token_id=token.id)
    assert enter(secret) is None
    with refused(cast.organization, Conflict):
        revoke_token(by=cast.colleague.actor, token_id=token.id)


def test_others_tokens_need_a_permission(cast):
    mine, _ = create_token(by=cast.owner.actor, name="Owner's")
    by = cast.colleague.actor
    with refused(cast.organization, Forbidden, match="Olga Owner can"):
        revoke_token(by=by, token_id=mine.id)
    with refused(cast.organization, Forbidden):
        create_token(by=by, name="In her name", member_id=cast.owner.id)
    with acts(cast.organization, says=["token.created", "token.revoked"]):
        theirs, _ = create_token(by=cast.owner.actor, name="For Carl", member_id=cast.colleague.id)
        revoke_token(by=cast.owner.actor, token_id=theirs.id)


def test_a_token_makes_no_tokens(cast):
    _, secret = create_token(by=cast.owner.actor, name="Script")
    by = enter(secret).actor()
    with refused(cast.organization, Forbidden, match="cannot make tokens"):
        create_token(by=by, name="Child")
    other, _ = create_token(by=cast.owner.actor, name="Other")
    _, narrow = create_token(by=cast.owner.actor, name="Reads", scopes=["case.view"])
    with refused(cast.organization, Forbidden):
        revoke_token(by=enter(narrow).actor(), token_id=other.id)


def test_strangers_find_no_tokens(cast):
    token, _ = create_token(by=cast.owner.actor, name="Script")
    stranger = cast.stranger.actor
    strangers_find_nothing(cast.organization, stranger, lambda by: revoke_token(by=by, token_id=token.id))
    strangers_find_nothing(
        cast.organization, stranger, lambda by: create_token(by=by, name="x", member_id=cast.owner.id)
    )


def test_the_use_of_a_token_is_noted_fast_and_written_later(cast):
    token, _ = create_token(by=cast.owner.actor, name="Script")
    token_use.flush()  # what other tests left in the cache they share
    token_use.note(cast.organization.id, token.id)
    used_at = now()
    with time_machine.travel(now() + timedelta(minutes=5)):
        token_use.note(cast.organization.id, token.id)
        assert token_use.flush() == 1
    with cast.scope, reading():
        assert Token.objects.get(id=token.id).last_used_at > used_at + timedelta(minutes=4)
    assert token_use.flush() == 0


def test_the_command_prints_the_secret_once(cast):
    out = StringIO()
    call_command(
        "token", "create", "--organization", cast.organization.slug,
        "--member", cast.colleague.user.email.upper(), "--name", "From the shell", stdout=out,
    )  # fmt: skip
    assert enter(out.getvalue().strip()).member_id == cast.colleague.id


@pytest.mark.parametrize("days", ["0", "-1", "36501", "99999999", "soon"])
def test_the_command_takes_no_days_that_would_not_be_what_they_seem(cast, days):
    arguments = ["--organization", cast.organization.slug, "--member", cast.owner.user.email, "--name", "x"]
    with pytest.raises(CommandError, match="number of days from 1 to 36500"):
        call_command("token", "create", *arguments, "--days", days)


@pytest.mark.parametrize(
    ("wrong", "says"), [("organization", "no organization"), ("member", "no active member")]
)
def test_the_command_says_what_it_does_not_find(cast, wrong, says):
    given = {"organization": cast.organization.slug, "member": cast.owner.user.email} | {wrong: "nobody"}
    arguments = [word for name, value in given.items() for word in (f"--{name}", value)]
    with pytest.raises(CommandError, match=says):
        call_command("token", "create", *arguments, "--name", "x")
