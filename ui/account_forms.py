"""The library's forms for the way in, with the word that CaseFy uses for an address."""

from typing import Any

from allauth.account import forms
from allauth.mfa.totp import forms as totp
from django.forms import Field


class _InOurWords:
    """An address is an e-mail address, in its label and where it is none."""

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"login", "email"} & self.fields.keys():
            field = self.fields[name]
            field.label = "E-mail"
            field.error_messages["invalid"] = "Please enter an e-mail address, such as ada@example.org."


class LoginForm(_InOurWords, forms.LoginForm):  # type: ignore[misc]
    """Log in."""


class SignupForm(_InOurWords, forms.SignupForm):  # type: ignore[misc]
    """Sign up."""


class AddEmailForm(_InOurWords, forms.AddEmailForm):  # type: ignore[misc]
    """Change the address one logs in with."""


class ResetPasswordForm(_InOurWords, forms.ResetPasswordForm):  # type: ignore[misc]
    """Forgot the password."""


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """Switch the authenticator app on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The code it shows"
