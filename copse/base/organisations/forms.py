"""What visitors choose and administrators fill in."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.base.access import Actor
from copse.base.organisations import bounds, finding, hours, services
from copse.base.organisations.country import Settings
from copse.base.organisations.directory import STATUSES, Service
from copse.base.organisations.models import Desk
from copse.base.organisations.retention import RecordClass
from copse.base.organisations.services import Open, Place
from copse.kit import taxonomy

LONGEST_NUMBER = 40
CHANNELS = [
    ("phone", _("Telephone")),
    ("text", _("Text message")),
    ("chat", _("Chat")),
    ("visit", _("Go there")),
]


HOURS = [
    ("always", _("Day and night")),
    ("evening", _("In the evening")),
    ("weekend", _("At the weekend")),
]


class FindForm(forms.Form):
    """Where, in which language, how and when; everything may stay open."""

    use_required_attribute = False
    region = forms.ChoiceField(label=_("Where are you?"), required=False)
    language = forms.ChoiceField(label=_("Which language?"), required=False)
    channel = forms.ChoiceField(label=_("How?"), required=False)
    when = forms.ChoiceField(label=_("When?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anywhere, every = ("", _("Anywhere")), ("", _("Any"))
        regions = [(one.code, one.name) for one in finding.regions()]
        self.fields["region"].choices = [anywhere, *regions]  # type: ignore[attr-defined]
        self.fields["language"].choices = [every, *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [every, *CHANNELS]  # type: ignore[attr-defined]
        self.fields["when"].choices = [every, *HOURS]  # type: ignore[attr-defined]


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
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 4})}
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
        self.fields["organisation"].empty_label = _("Choose")  # type: ignore[attr-defined]
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds)
        self.fields["status"] = forms.ChoiceField(label=_("Status"), choices=[*STATUSES.items()])
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


class HoursForm(forms.Form):
    """One line of opening hours: some days, from, until. An empty line is none."""

    use_required_attribute = False
    days = forms.MultipleChoiceField(
        label=_("Days"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, WEEKDAYS[number]) for number, code in enumerate(hours.CODES)],
    )  # fmt: skip
    opens_at = forms.TimeField(label=_("Opens"), help_text=_("Such as 08:00."), required=False)
    closes_at = forms.TimeField(label=_("Closes"), help_text=_("Such as 17:30."), required=False)

    def clean(self) -> dict[str, Any]:
        found = [bool(self.cleaned_data.get(name)) for name in ("days", "opens_at", "closes_at")]
        if not self.errors and any(found) and not all(found):
            self.add_error("days", _("Give days, opening time and closing time, or none of them."))
        return self.cleaned_data


HoursForms = forms.formset_factory(HoursForm, extra=2, max_num=14)


class PlaceForm(forms.Form):
    use_required_attribute = False
    place_name = forms.CharField(label=_("Name of the place"), max_length=200, required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    confidential = forms.BooleanField(
        label=_("Keep this place secret"),
        help_text=_("For shelters: the address is then not stored at all."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("confidential") and self.cleaned_data.get("address"):
            self.add_error("address", _("A secret place has no address here. Delete it."))
        return self.cleaned_data


class Entry:
    """The page of one service: itself, its hours, its place."""

    def __init__(self, posted: Any, service: Service | None) -> None:
        self.service = ServiceForm(posted, instance=service)
        self.hours = HoursForms(posted, initial=_hours_of(service), prefix="hours")
        self.place = PlaceForm(posted, initial=_place_of(service))

    def __iter__(self) -> Iterator[forms.BoundField]:
        """Every field, as the summary of what is to be put right walks them."""
        return (field for form in (self.service, *self.hours, self.place) for field in form)

    @property
    def errors(self) -> bool:
        return any(form.errors for form in (self.service, *self.hours, self.place))

    def is_valid(self) -> bool:
        # Each is asked, so that every fault is shown at once.
        return all([self.service.is_valid(), self.hours.is_valid(), self.place.is_valid()])

    def keep(self, actor: Actor) -> Service:
        """Store what was filled in."""
        place = self.place.cleaned_data
        rows = [row for row in self.hours.cleaned_data if row.get("days")]
        return services.keep_service(
            actor=actor,
            service=self.service.instance,
            phones=self.service.cleaned_data["phones"],
            hours=[Open(",".join(row["days"]), row["opens_at"], row["closes_at"]) for row in rows],
            place=Place(place["place_name"], place["address"], place["confidential"]),
        )


def _hours_of(service: Service | None) -> list[dict[str, Any]]:
    return [
        {"days": one.byday.split(","), "opens_at": one.opens_at, "closes_at": one.closes_at}
        for one in (service.schedules.all() if service else ())
    ]


def _place_of(service: Service | None) -> dict[str, Any]:
    link = service.service_at_locations.first() if service else None
    if link is None:
        return {}
    place = link.location
    return {
        "place_name": place.name, "address": place.address, "confidential": place.confidential,
    }  # fmt: skip


class ImportForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(label=_("HSDS 3 file: JSON, or a zip of CSV tables"))


class ClockForm(forms.Form):
    """How many days a class of record is kept, within its bounds."""

    def __init__(self, kept: RecordClass, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = {"least": kept.least, "most": kept.most}
        self.fields["days"] = forms.IntegerField(
            label=_("How many days it is kept"),
            min_value=kept.least,
            max_value=kept.most,
            help_text=_("Between %(least)d and %(most)d.") % bounds,
            error_messages={
                "required": _("Write a number of days."),
                "invalid": _("Write a number of days."),
                "min_value": _("At least %(limit_value)s days."),
                "max_value": _("At most %(limit_value)s days."),
            },
        )


def _call(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"max_length": _("At most 20 signs.")},
    )  # fmt: skip


class CountryForm(forms.Form):
    """What `copse init` asked and a country must be able to change, within the same bounds."""

    use_required_attribute = False
    emergency_number = _call(
        _("Emergency number"), _("Shown first to whoever is in danger. Such as 112.")
    )
    helpline_number = _call(_("Number of the child helpline"), _("Such as 116 111."))
    duty_email = forms.CharField(
        label=_("Duty address of the hotline"), required=False,
        help_text=_(
            "Hears at once, and every 15 minutes, that somebody in danger waits. Nothing else is said."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "inputmode": "email"}),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages of the portal"), choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one language."),
            "invalid_choice": _("Choose from the list."),
        },
    )  # fmt: skip
    exit_url = forms.CharField(
        label=_("Where “Leave this page now” leads"),
        help_text=_("The whole address of a page that anybody might read, with https://."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": _("Write the address of a page.")},
    )
    police_first = forms.BooleanField(
        label=_("The police are told before a provider is"), required=False
    )
    storage_allowed = forms.BooleanField(
        label=_("The law lets suspected material be stored"), required=False,
        help_text=_("Leave this empty unless your law says so."),
    )  # fmt: skip

    def __init__(self, *args: Any, duty: Desk | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if duty is None:
            del self.fields["duty_email"]
        for field in self.fields.values():
            # Our own sentences say it for NUL and its like together.
            field.validators = [v for v in field.validators if not _is_null_check(v)]

    def clean_emergency_number(self) -> str:
        return self._number("emergency_number")

    def clean_helpline_number(self) -> str:
        return self._number("helpline_number")

    def _number(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if text and not bounds.is_number(text):
            raise forms.ValidationError(_("Write a number to call: digits, spaces, +, * and #."))
        return text

    def clean_duty_email(self) -> str:
        text = str(self.cleaned_data["duty_email"])
        if text and not bounds.is_email(text):
            raise forms.ValidationError(
                _("Write one e-mail address, such as duty@hotline.example.")
            )
        return text

    def clean_exit_url(self) -> str:
        text = str(self.cleaned_data["exit_url"])
        if not bounds.is_address(text):
            raise forms.ValidationError(
                _("Write a whole address that begins with https://, at most 200 letters long.")
            )
        return text

    def wanted(self) -> Settings:
        """What was filled in."""
        given = {**self.cleaned_data, "languages": tuple(self.cleaned_data["languages"])}
        return Settings(**given)


def _is_null_check(validator: Any) -> bool:
    return type(validator).__name__ == "ProhibitNullCharactersValidator"
