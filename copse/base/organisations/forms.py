"""What visitors choose and administrators fill in."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.base.organisations import finding
from copse.base.organisations.directory import Service
from copse.kit import taxonomy

LONGEST_NUMBER = 40
CHANNELS = [
    ("phone", _("Telephone")),
    ("text", _("Text message")),
    ("chat", _("Chat")),
    ("visit", _("Go there")),
]


class FindForm(forms.Form):
    """Where, in which language and how; everything may stay open."""

    use_required_attribute = False
    region = forms.ChoiceField(label=_("Where are you?"), required=False)
    language = forms.ChoiceField(label=_("Which language?"), required=False)
    channel = forms.ChoiceField(label=_("How?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anywhere, every = ("", _("Anywhere")), ("", _("Any"))
        regions = [(one.code, one.name) for one in finding.regions()]
        self.fields["region"].choices = [anywhere, *regions]  # type: ignore[attr-defined]
        self.fields["language"].choices = [every, *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [every, *CHANNELS]  # type: ignore[attr-defined]


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    use_required_attribute = False
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip
    regions = forms.MultipleChoiceField(
        label=_("Regions"), help_text=_("None means the whole country."),
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=_("How to reach it"), choices=CHANNELS, widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip
    phones = forms.CharField(
        label=_("Telephone numbers"), help_text=_("One on each line."), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    url = forms.URLField(label=_("Web page"), required=False, assume_scheme="https")

    class Meta:
        model = Service
        fields: ClassVar = [
            "organisation", "name", "description", "kind", "status", "url", "email", "languages",
            "regions", "channels", "always_open",
        ]  # fmt: skip
        labels: ClassVar = {
            "organisation": _("Organisation"),
            "name": _("Name"),
            "description": _("What it does, in plain words"),
            "kind": _("Kind"),
            "status": _("Status"),
            "email": _("E-mail"),
            "always_open": _("Open day and night"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = taxonomy.scheme("organisation_kind").choices(get_language() or "en")
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds)
        statuses = [
            ("active", _("In service")),
            ("temporarily closed", _("Closed for a while")),
            ("inactive", _("Not open yet")),
            ("defunct", _("Closed for good")),
        ]
        self.fields["status"] = forms.ChoiceField(label=_("Status"), choices=statuses)
        regions = [(one.code, one.name) for one in finding.regions()]
        self.fields["regions"].choices = regions  # type: ignore[attr-defined]
        if kwargs.get("instance") is not None:
            numbers = [phone.number for phone in self.instance.phones.all()]
            self.fields["phones"].initial = "\n".join(numbers)

    def clean_phones(self) -> list[str]:
        numbers = [line.strip() for line in self.cleaned_data["phones"].splitlines()]
        if any(len(number) > LONGEST_NUMBER for number in numbers):
            raise forms.ValidationError(_("A number is too long: put each on its own line."))
        return [number for number in numbers if number]


class ImportForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(label=_("HSDS 3 file: JSON, or a zip of CSV tables"))
