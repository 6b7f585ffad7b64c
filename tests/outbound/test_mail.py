"""Mails: planned once per event, sent at least once, dead in the end and then a person's matter."""

import re
import socket
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as post
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils.timezone import now

from casefy.errors import Forbidden, Missing
from outbound.actions.deliveries import give_up_delivery, retry_delivery
from outbound.models import Mail
from outbound.queries import dead_mails
from outbound.sending import MAX_ATTEMPTS, send_due
from tenants.actions.invitations import accept_invitation, invite_member, revoke_invitation
from tenants.actions.organizations import update_organization
from tenants.scope import reading
from tests.acting import acts, refused, strangers_find_nothing
from timeline.relay import carry

pytestmark = pytest.mark.usefixtures("nothing_waits")


class Closed(EmailBackend):
    """A post office that is closed."""

    def send_messages(self, messages):  # noqa: ARG002
        raise SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def invited(cast):
    """An invitation whose event was carried to its subscribers."""
    user = cast.new_user("Ines Invited")
    invitation = invite_member(by=cast.owner.actor, email=user.email, role_id=cast.role("auditor").id)
    carry(organization_id=cast.organization.id)
    return user, invitation


def mails(cast):
    with cast.scope, reading():
        return list(Mail.objects.order_by("created_at"))


def test_an_invitation_is_mailed_with_a_link_that_works(cast, invited):
    user, _ = invited
    (planned,) = mails(cast)
    assert (planned.to, planned.subject) == (user.email, "Olga Owner invites you to Acme")
    assert send_due() == 1
    (message,) = post.outbox
    assert message.to == [user.email]
    assert message.extra_headers["Message-ID"].startswith(f"<{planned.id}@")
    (secret,) = re.findall(r"/invitations/([^\s?]+)", message.body)
    assert secret in str(message.alternatives[0].content)
    assert secret not in str(planned.about)
    assert accept_invitation(user=user, secret=secret).slug == cast.organization.slug


def test_a_mail_writes_as_the_organization_does_where_it_is(cast, invited):
    by = cast.owner.actor
    update_organization(by=by, name="Acme", time_zone="America/New_York", locale="de")
    _, invitation = invited
    assert send_due() == 1
    local = invitation.expires_at.astimezone(ZoneInfo("America/New_York"))
    assert f"until {local:%d.%m.%Y, %H:%M %Z}:" in post.outbox[0].body


def test_a_mail_that_was_sent_is_not_sent_again(cast, invited):
    assert (send_due(), send_due(), len(post.outbox)) == (1, 0, 1)
    assert mails(cast)[0].sent_at is not None


def test_an_event_that_is_carried_twice_plans_one_mail(cast, invited):
    carry(organization_id=cast.organization.id)
    assert len(mails(cast)) == 1


def test_a_mail_about_an_offer_that_is_over_is_dropped(cast, invited):
    _, invitation = invited
    revoke_invitation(by=cast.owner.actor, invitation_id=invitation.id)
    assert (send_due(), post.outbox, mails(cast)) == (0, [], [])


def test_a_taken_back_offer_takes_its_mail_with_it(cast, invited):
    _, invitation = invited
    revoke_invitation(by=cast.owner.actor, invitation_id=invitation.id)
    carry(organization_id=cast.organization.id)
    assert mails(cast) == []


def test_a_closed_post_office_is_tried_again_later_and_later(cast, invited, settings):
    settings.EMAIL_BACKEND = "tests.outbound.test_mail.Closed"
    began = now()
    assert send_due() == 0
    (failed,) = mails(cast)
    assert (failed.attempts, failed.sent_at, failed.dead_at) == (1, None, None)
    assert "unexpectedly closed" in failed.error
    assert began <= failed.due_at - timedelta(seconds=30) <= now()
    assert send_due() == 0
    assert mails(cast)[0].attempts == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_due()
    assert send_due() == 1
    assert mails(cast)[0].error == ""


@pytest.fixture
def silent_post_office(settings):
    """One that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = office.getsockname()
        yield


def test_a_silent_post_office_is_waited_for_no_longer_than_set(cast, invited, settings, silent_post_office):
    assert post.get_connection().timeout == 20
    settings.EMAIL_TIMEOUT = 0.3
    assert send_due() == 0
    assert "timed out" in mails(cast)[0].error


def test_a_round_ends_with_its_turn_and_the_mails_left_wait_for_the_next(
    cast, invited, settings, silent_post_office, monkeypatch
):
    invite_member(by=cast.owner.actor, email="another@example.org", role_id=cast.role("auditor").id)
    carry(organization_id=cast.organization.id)
    settings.EMAIL_TIMEOUT = 0.3
    monkeypatch.setattr("outbound.sending.TURN", 0.1)
    assert send_due() == 0
    assert sorted(mail.attempts for mail in mails(cast)) == [0, 1]


def test_a_mail_that_never_leaves_ends_on_a_list_and_can_be_tried_again_by_hand(cast, invited, settings):
    settings.EMAIL_BACKEND = "tests.outbound.test_mail.Closed"
    for _ in range(MAX_ATTEMPTS):
        make_due()
        send_due()
    make_due()
    with cast.scope, reading():
        (letter,) = dead_mails()
    assert (letter.attempts, letter.to) == (MAX_ATTEMPTS, invited[0].email)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due() == 0
    by = cast.owner.actor
    with acts(cast.organization, says=["delivery.retried"]):
        retry_delivery(by=by, delivery_id=letter.id)
    assert send_due() == 1
    with refused(cast.organization, Missing):
        retry_delivery(by=by, delivery_id=letter.id)


def test_a_worker_killed_while_sending_costs_an_attempt_and_no_mail(cast, invited):
    make_killed(attempts=1)
    assert send_due() == 0  # another worker's lease still runs
    with time_machine.travel(now() + timedelta(minutes=6)):
        make_due()
        assert send_due() == 1
    assert mails(cast)[0].attempts == 2


def test_a_mail_that_kills_every_worker_ends_on_the_list(cast, invited):
    make_killed(attempts=MAX_ATTEMPTS)
    make_due()
    assert send_due() == 0
    with cast.scope, reading():
        (letter,) = dead_mails()
    assert "killed" in letter.error
    by = cast.owner.actor
    with acts(cast.organization, says=["delivery.given_up"]):
        give_up_delivery(by=by, delivery_id=letter.id)
    assert mails(cast) == []


def test_only_those_who_may_decide_about_dead_mails(cast, invited):
    make_killed(attempts=MAX_ATTEMPTS)
    make_due()
    send_due()
    (dead,) = mails(cast)
    by = cast.colleague.actor
    for act in (retry_delivery, give_up_delivery):
        with refused(cast.organization, Forbidden, match="Olga Owner can"):
            act(by=by, delivery_id=dead.id)
        strangers_find_nothing(
            cast.organization, cast.stranger.actor, lambda by, act=act: act(by=by, delivery_id=dead.id)
        )


@pytest.fixture(autouse=True)
def _organization_of_the_rows(cast, monkeypatch):
    monkeypatch.setattr("tests.outbound.test_mail.ORGANIZATION", cast.organization.id)


ORGANIZATION = None


def make_due():
    change("due_at = now() - interval '1 second'")


def make_killed(attempts):
    change(f"attempts = {attempts}, due_at = now() + interval '5 minutes'")


def change(assignments):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('casefy.organization', %s, true)", [str(ORGANIZATION)])
        cursor.execute(f"UPDATE outbound_mail SET {assignments}")
        cursor.execute("SELECT set_config('casefy.organization', '', true)")
