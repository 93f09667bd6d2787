from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from copse.base import access
from copse.base.accounts import people
from copse.base.organisations.models import Desk


class AcceptForm(forms.Form):
    """An invited person's name and password."""

    name = forms.CharField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        max_length=120,
    )
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


class RolesForm(forms.Form):
    """What somebody does at one desk; only roles of its room are offered."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("Choose all that fit."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role of the desk.")},
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["roles"], desk)


class InviteForm(forms.Form):
    """Who to invite, and in which roles at which desks; a desk without a role is left out."""

    email = forms.EmailField(
        label=_("Their email address"),
        help_text=_("Somebody known here gets a new password and a new second step."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desks = {f"desk-{one.pk}": one for one in people.desks_with_roles()}
        for name, desk in self.desks.items():
            self.fields[name] = forms.MultipleChoiceField(
                label=desk.name, required=False, widget=forms.CheckboxSelectMultiple
            )
            _offer(self.fields[name], desk)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if not self.errors and not self.places():
            raise forms.ValidationError(_("Choose at least one role of the desk."))
        return given

    def places(self) -> dict[Desk, list[str]]:
        """The desks with the roles chosen there."""
        chosen = {desk: self.cleaned_data.get(name, []) for name, desk in self.desks.items()}
        return {desk: roles for desk, roles in chosen.items() if roles}


def _offer(field: Any, desk: Desk) -> None:
    """Offer the roles of a desk's room in a field."""
    field.choices = [(role.code, role.title) for role in access.roles(desk.room)]
