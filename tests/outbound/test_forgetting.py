"""What is past its time goes, and nothing else."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from automations.tasks import forget
from cases.actions.assigning import assign_case
from outbound.forgetting import MAILS_KEPT, NOTICES_KEPT
from outbound.models import Mail, Notice
from outbound.sending import send_due
from tenants.actions.invitations import invite_member
from tests.cases.kit import Office
from timeline.relay import carry

pytestmark = pytest.mark.usefixtures("nothing_waits")
DAY = timedelta(days=1)


@pytest.fixture
def office(cast) -> Office:
    """Acme, with a mail that was sent, one that waits, and two notices."""
    office, role = Office(cast), cast.role("guest").id
    for _ in range(2):
        assign_case(by=cast.colleague.actor, case_id=office.open().id, owner=cast.designer.id)
    invite_member(by=cast.owner.actor, email=cast.new_user("Sent Already").email, role_id=role)
    carry(organization_id=cast.organization.id)
    send_due(50)
    invite_member(by=cast.owner.actor, email=cast.new_user("Wanda Waits").email, role_id=role)
    carry(organization_id=cast.organization.id)
    return office


def made(office, model, **changes):
    """The ids of an organization's rows, after all were changed to have happened then."""
    with office.cast.scope:
        if changes:
            model.objects.filter(**{f"{name}__isnull": False for name in changes}).update(**changes)
        return list(model.objects.order_by("created_at").values_list("id", flat=True))


def test_sent_mails_go_when_their_time_is_over_and_those_that_wait_stay(office):
    with office.cast.scope:
        waits = set(Mail.objects.filter(sent_at=None).values_list("id", flat=True))
    before = made(office, Mail, sent_at=now() - MAILS_KEPT + DAY)
    assert set(before) > waits
    forget()
    assert made(office, Mail) == before
    made(office, Mail, sent_at=now() - MAILS_KEPT - DAY)
    with office.cast.scope:
        Mail.objects.update(created_at=now() - 2 * MAILS_KEPT)
    forget()
    assert set(made(office, Mail)) == waits


def test_notices_go_when_their_time_is_over(office):
    before = made(office, Notice, created_at=now() - NOTICES_KEPT + DAY)
    assert len(before) == 2
    forget()
    assert made(office, Notice) == before
    with office.cast.scope:
        Notice.objects.filter(id=before[0]).update(created_at=now() - NOTICES_KEPT - DAY)
    forget()
    assert made(office, Notice) == before[1:]


def test_sessions_that_have_ended_go(db):
    for days in (-1, 1):
        session = SessionStore()
        session.create()
        Session.objects.filter(session_key=session.session_key).update(expire_date=now() + days * DAY)
    count = Session.objects.filter(expire_date__gt=now()).count()
    forget()
    assert Session.objects.count() == count
