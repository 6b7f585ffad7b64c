"""Sending mails: lease, call, result. At least once, outside of any transaction, with a stable Message-ID."""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils.timezone import now

from outbound.composing import compose
from outbound.models import Mail
from tenants.scope import reading, scoped_to

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
TURN = 20.0  # seconds after which a round begins no other mail: a silent post office holds up nothing else
LEASE = timedelta(minutes=5)  # how long one attempt may take before another worker tries
LONGEST_WAIT = timedelta(hours=2)


def send_due(most: int = 50) -> int:
    """Send the mails that are due, fairly by organization, until the turn is over; return how many left.

    Safe to run in any number of workers, and to be killed at any moment.
    """
    post, end, sent = get_connection(), time.monotonic() + TURN, 0
    try:
        for organization_id, mail_id in _due(most):
            if time.monotonic() > end:
                break
            sent += _send(organization_id, mail_id, post)
    finally:
        post.close()
    return sent


def _due(most: int) -> list[tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM porter.mails_due(%s)", [most])
        return list(cursor.fetchall())


def _send(organization_id: UUID, mail_id: UUID, post: BaseEmailBackend) -> bool:
    with scoped_to(organization_id):
        mail = _lease(mail_id)
        if mail is None:
            return False
        try:
            with reading():
                message = compose(mail)
            if message is None:
                _forget(mail)
                return False
            message.connection = post
            message.send()
        except Exception as error:  # noqa: BLE001  whatever the receiver or a template does ends in the row
            logger.warning("mail.failed", mail_id=str(mail.id), attempt=mail.attempts, error=repr(error))
            _put_back(mail, repr(error))
            return False
        _done(mail)
        return True


def _lease(mail_id: UUID) -> Mail | None:
    """Count the attempt and take the mail for a while; None where another worker has it, or it is used up."""
    with transaction.atomic(durable=True):
        rows = Mail.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        mail = rows.filter(id=mail_id, sent_at=None, dead_at=None, due_at__lte=now()).first()
        if mail is None:
            return None
        if mail.attempts >= MAX_ATTEMPTS:
            mail.dead_at = now()
            mail.error = (
                mail.error or "Every attempt ended without a result: the worker may have been killed."
            )
            mail.save(update_fields=["dead_at", "error"])
            return None
        mail.attempts += 1
        mail.due_at = now() + LEASE
        mail.save(update_fields=["attempts", "due_at"])
        return mail


def _done(mail: Mail) -> None:
    with transaction.atomic(durable=True):
        mail.sent_at, mail.error = now(), ""
        mail.save(update_fields=["sent_at", "error"])


def _forget(mail: Mail) -> None:
    with transaction.atomic(durable=True):
        mail.delete()


def _put_back(mail: Mail, error: str) -> None:
    with transaction.atomic(durable=True):
        mail.error = error[:2000]
        mail.due_at = now() + min(LONGEST_WAIT, timedelta(seconds=15 * 2**mail.attempts))
        if mail.attempts >= MAX_ATTEMPTS:
            mail.dead_at = now()
        mail.save(update_fields=["error", "due_at", "dead_at"])
