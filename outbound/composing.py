"""What a mail says: from its row to a message, with links made only now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime

from casefy.writing import PLAIN, WRITINGS
from outbound.models import Mail
from tenants.invitation_secrets import proof_of, secret_of
from tenants.models import Invitation, Organization


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """Return the message of a mail, or None where nobody needs it any more.

    Its Message-ID is made of the row's id: a mail that is sent twice after a crash can be known as one.
    """
    context = CONTEXTS[mail.kind](mail)
    if context is None:
        return None
    text = render_to_string(f"outbound/{mail.kind}.txt", dict(context)).strip() + "\n"
    message = EmailMultiAlternatives(
        mail.subject, text, to=[mail.to], headers={"Message-ID": message_id(mail.id)}
    )
    message.attach_alternative(render_to_string(f"outbound/{mail.kind}.html", dict(context)), "text/html")
    return message


def message_id(mail_id: UUID) -> str:
    """Return the stable Message-ID of a mail."""
    return f"<{mail_id}@{urlsplit(settings.PUBLIC_URL).hostname or 'casefy.localhost'}>"


def _invitation(mail: Mail) -> Mapping[str, Any] | None:
    invitation = Invitation.objects.filter(id=mail.about["invitation"]).first()
    if invitation is None or not invitation.is_open:
        return None
    link = f"{settings.PUBLIC_URL}/invitations/{secret_of(invitation.id)}?mailed={proof_of(invitation.id)}"
    expires_at = parse_datetime(mail.about["expires_at"])
    assert expires_at is not None, "the act that invites says until when"
    return {**mail.about, "to": mail.to, "link": link, "until": _instant(mail.organization_id, expires_at)}


def _instant(organization_id: UUID, instant: datetime) -> str:
    """Write an instant as the organization does, where it is: 31 Jan 2026, 15:05 CET."""
    organization = Organization.objects.get(id=organization_id)
    written = WRITINGS.get(organization.locale, PLAIN)
    local = instant.astimezone(ZoneInfo(organization.time_zone))
    return f"{written.write_day(local)}, {written.write_time(local)} {local:%Z}"


CONTEXTS = {"invitation": _invitation}
