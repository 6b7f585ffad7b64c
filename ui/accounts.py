"""How CaseFy fits allauth: a name at sign-up, addresses in lower case, and mails that a demo shows."""

from ipaddress import ip_address
from smtplib import SMTPException
from typing import Any, ClassVar

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from casefy import env as environment
from casefy.announce import dismiss
from tenants.actions.members import adopt_email
from tenants.entering import Offer, enter_by_user, offer_for, organizations_of
from tenants.invitation_secrets import proof_of
from tenants.models import User
from ui.live import login_name, session_name

logger = structlog.get_logger(__name__)

LINKS = {"activate_url": "Confirm the address", "password_reset_url": "Choose a new password"}
MAILED = (
    "mailed_invitation"  # the session's key for the secret of an invitation that was opened from its mail
)
SHOWN = "shown_mail"  # the session's key for what a demo shows of its last mail


class SignupForm(forms.Form):
    """What we ask beside address and password."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002  allauth's signature
        """Keep the name."""
        user.name = " ".join(self.cleaned_data["name"].split())
        user.save(update_fields=["name"])


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our answers to allauth's questions."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This login was switched off. Ask whoever looks after CaseFy where you are.",
        "duplicate_email": "This is your address already.",
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "email_taken": "Somebody has a login with this address.",
        "enter_current_password": "Please enter your present password.",
        "incorrect_code": "This is not the code.",
        "incorrect_password": "This is not your password.",
        "invalid_login": "The e-mail address or the password is not right.",
        "invalid_or_expired_key": "This link is too old, or was used already.",
        "invalid_password_reset": "This link is too old, or was used already. Ask for a new one.",
        "max_email_addresses": "You have an address that waits to be confirmed already.",
        "rate_limited": "That was too often in a row. Please wait a minute.",
        "same_as_current": "This is what it is already. Choose another.",
        "too_many_login_attempts": "That did not work too often in a row. Please wait five minutes.",
        "unknown_email": "Nobody logs in with this address.",
        "unverified_primary_email": "Please confirm your address first.",
    }

    def clean_email(self, email: str) -> str:
        """Return the address as it is kept: in lower case."""
        return str(super().clean_email(email)).lower()

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Return whether whoever signs up came from an open invitation that was mailed to this very address."""
        offer = offer_for(request.session.get(MAILED, ""))
        is_proven = offer is not None and offer.is_open and offer.email == email.lower()
        return is_proven or bool(super().is_email_verified(request, email))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address; where it became the login's, every organization is shown the new one."""
        is_confirmed = bool(super().confirm_email(request, email_address))
        user_id = email_address.user_id
        for place in organizations_of(user_id) if is_confirmed else ():
            entry = enter_by_user(user_id, place.slug)
            if entry is not None:
                adopt_email(by=entry.actor())
        return is_confirmed

    def logout(self, request: HttpRequest) -> None:
        """End the session, and with it what open pages hear in it."""
        session = session_name(request)
        super().logout(request)
        dismiss(session)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set another password. Sessions under the old one have ended; so does what their pages hear."""
        super().set_password(user, password)
        dismiss(f"user:{user.pk}", but=login_name(user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail at once; where a demo has no post office, keep its link for the page that follows."""
        request: HttpRequest | None = current.request
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            logger.exception("mail.failed", kind=template_prefix, error=repr(error))
            if request is not None:
                messages.error(
                    request, "The mail could not be sent just now. Please try again in a few minutes."
                )
            return
        if settings.SHOW_MAILS and request is not None:
            request.session[SHOWN] = next(
                ({"link": context[key], "text": text} for key, text in LINKS.items() if key in context), None
            )


def note_mailed(request: HttpRequest, offer: Offer, secret: str) -> None:
    """Remember for the sign-up that the invitation was opened by its mailed link, which proves the address."""
    if constant_time_compare(request.GET.get("mailed", ""), proof_of(offer.invitation_id)):
        request.session[MAILED] = secret


def login_pages(request: HttpRequest) -> dict[str, Any]:
    """Give the pages of a login what a demo shows instead of sending, and where passkeys can work."""
    if not request.path.startswith("/accounts/"):
        return {}
    context: dict[str, Any] = {"passkeys_at": _named(request)}
    if settings.SHOW_MAILS:
        context |= {"shown_mail": request.session.get(SHOWN), "demo_logins": _demo_logins()}
    return context


def _named(request: HttpRequest) -> str:
    """Return the same page under a name where the address is a number: browsers bind passkeys to names alone."""
    host, _, port = request.get_host().rpartition(":")
    try:
        is_loopback = ip_address((host or port).strip("[]")).is_loopback
    except ValueError:
        return ""
    name = f"localhost:{port}" if host else "localhost"
    return f"{request.scheme}://{name}{request.get_full_path()}" if is_loopback else settings.PUBLIC_URL


def _demo_logins() -> list[str]:
    """Return the lines that say how to enter the demo; `casefy demo` wrote them down."""
    try:
        return (environment.home() / "demo-login").read_text().splitlines()
    except FileNotFoundError:
        return []
