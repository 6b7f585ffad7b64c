"""The library's forms for the way in, with the word that CaseFy uses for an address."""

from typing import Any, ClassVar

from allauth.account import forms
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.forms import Field


class _InOurWords:
    """An address is an e-mail address, in its label and where it is none; what is left out is asked for by name."""

    fields: dict[str, Field]
    asked: ClassVar = {
        "name": "Say what you are called.",
        "login": "Enter your e-mail address.",
        "email": "Enter your e-mail address.",
        "password": "Enter your password.",
        "oldpassword": "Enter your present password.",
        "password1": "Choose a password.",
        "password2": "Enter the new password once more.",
        "code": "Enter the code.",
    }
    labels: ClassVar = {
        "oldpassword": "Present password",
        "password1": "New password",
        "password2": "New password, once more",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.asked.keys() & self.fields.keys():
            self.fields[name].error_messages["required"] = self.asked[name]
        for name in self.labels.keys() & self.fields.keys() if "password2" in self.fields else ():
            self.fields[name].label = self.labels[name]
        if "password1" in self.fields:
            self.fields["password1"].help_text = "At least ten characters, nothing common."
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail address"


class ResetPasswordForm(_InOurWords, forms.ResetPasswordForm):  # type: ignore[misc]
    """Forgot the password."""


class ChangePasswordForm(_InOurWords, forms.ChangePasswordForm):  # type: ignore[misc]
    """Another password."""


class ResetPasswordKeyForm(_InOurWords, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A password after the old one was forgotten."""


class ReauthenticateForm(_InOurWords, forms.ReauthenticateForm):  # type: ignore[misc]
    """Once more, before something that matters."""


class AuthenticateForm(_InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second factor at login."""


class ReauthenticateByCodeForm(_InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    """Once more by the second factor."""


class ActivateTOTPForm(_InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """Switch the authenticator app on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The code it shows"
