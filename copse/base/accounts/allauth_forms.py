"""allauth's forms as our pages draw them: a label above each field, and nothing written in it."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _


class Plain:
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # A word that goes away as one types is no label.
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Plain, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What a browser's store of passwords calls it.
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ReauthenticateForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateByCodeForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass


class Named(Plain):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("So that you know it among others.")


class AddPasskeyForm(Named, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    pass


class EditPasskeyForm(Named, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    pass
