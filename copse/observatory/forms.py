from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReleaseForm(forms.Form):
    """Which months the next release covers."""

    until = forms.ChoiceField(
        label=_("Last month of the release"),
        help_text=_("The release covers the twelve months that end with it."),
    )

    def __init__(self, *args: Any, months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = months  # type: ignore[attr-defined]
