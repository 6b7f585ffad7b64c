"""What CaseFy says about second factors in place of the library."""

from typing import ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The library's answers, in our words."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "Switch your second factor off to change the address, and on again once it is confirmed.",
        "cannot_delete_authenticator": "The second factor cannot be switched off.",
        "cannot_generate_recovery_codes": "Switch the authenticator app on first: recovery codes stand in for it.",
        "incorrect_code": "This is not right, or was waited with for too long. Please try again.",
        "unverified_email": "Please confirm your address first.",
    }
