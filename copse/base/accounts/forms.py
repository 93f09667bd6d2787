from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from copse.base import access
from copse.base.accounts import people


class AcceptForm(forms.Form):
    """An invited person's name and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(
        label=_("A password"),
        help_text=_("At least 12 characters. It also opens the sealed reports, so keep it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=200,
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class InviteForm(forms.Form):
    """Who to invite, to which desk, in which roles."""

    email = forms.EmailField(label=_("Their email address"))
    desk = forms.ChoiceField(label=_("Desk"))
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["desk"].choices = [  # type: ignore[attr-defined]
            (str(desk.pk), f"{desk.name} ({desk.room})") for desk in people.desks()
        ]
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.code, role.title) for role in access.roles()
        ]
