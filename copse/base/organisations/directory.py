"""The country's own settings for the public, and the directory of services that can help.

The directory follows Human Services Data Specification 3: its names, its keys, its codes.
"""

from time import monotonic
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

from copse.base.database import Handling, Record
from copse.base.organisations import hours
from copse.base.organisations.models import Organisation, readable


class Country(Record):
    """One row: what `copse init` asked and every public page needs."""

    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=80)
    emergency_number = models.CharField(max_length=20, blank=True)
    helpline_number = models.CharField(max_length=20, blank=True)
    # Where the quick exit leads: a page that anybody might read.
    exit_url = models.URLField(default="https://www.wikipedia.org/")
    # Which of the shipped languages the portal offers; none named means all.
    languages = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # Whether the law lets suspected material be stored. Here, and nowhere else.
    storage_allowed = models.BooleanField(default=False, db_default=False)
    # Whether a provider hears of material only after the police did.
    police_first = models.BooleanField(default=False, db_default=False)

    grants: ClassVar = readable()
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "code", "name", "emergency_number", "helpline_number", "exit_url", "languages",
            "storage_allowed", "police_first",
        }
    }  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Region(Record):
    """A part of the country, as people call it."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "code", "name"}}

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


# HSDS's word for each, and ours.
STATUSES = {
    "active": _("In service"),
    "temporarily closed": _("Closed for a while"),
    "inactive": _("Not open yet"),
    "defunct": _("Closed for good"),
}


class Service(Record):
    """Help that an organisation offers. No region means the whole country."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=40)  # code in taxonomies/organisation_kind
    status = models.CharField(max_length=20, default="active")
    url = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    languages = models.JSONField(default=list)
    regions = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    always_open = models.BooleanField(default=False)

    grants: ClassVar = readable()
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "organisation", "name", "description", "kind", "status", "url", "email",
            "languages", "regions", "channels", "always_open",
        }
    }  # fmt: skip

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="organisations_service_status_is_hsds",
                condition=models.Q(
                    status__in=("active", "inactive", "defunct", "temporarily closed")
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def status_title(self) -> str:
        return str(STATUSES.get(self.status, self.status))


class Location(Record):
    """A place. A confidential one (a shelter) has an address that is shown to nobody."""

    name = models.CharField(max_length=200, blank=True)
    location_type = models.CharField(max_length=10, default="physical")
    address = models.CharField(max_length=300, blank=True)
    confidential = models.BooleanField(default=False)

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "name", "location_type", "address", "confidential"}}

    class Meta:
        constraints = (
            # Whoever has the database must not find a shelter, so its address is not in it.
            models.CheckConstraint(
                name="organisations_confidential_place_has_no_address",
                condition=models.Q(confidential=False) | models.Q(address=""),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ServiceAtLocation(Record):
    service = models.ForeignKey(Service, models.CASCADE, related_name="service_at_locations")
    location = models.ForeignKey(Location, models.CASCADE, related_name="+")

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "service", "location"}}


class Phone(Record):
    service = models.ForeignKey(Service, models.CASCADE, related_name="phones")
    number = models.CharField(max_length=40)
    type = models.CharField(max_length=12, default="voice")

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "service", "number", "type"}}

    def __str__(self) -> str:
        return self.number


class Schedule(Record):
    """Weekly hours on days such as "MO,TU"."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="schedules")
    byday = models.CharField(max_length=24)
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "service", "byday", "opens_at", "closes_at"}}

    def __str__(self) -> str:
        return f"{self.days} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    @property
    def days(self) -> str:
        """The days in the reader's words."""
        return hours.in_words(self.byday)


def offered_languages(here: Country | None) -> list[str]:
    """The languages of the portal, in the order in which they are shipped."""
    shipped = [code for code, _name in settings.LANGUAGES]
    chosen = here.languages if here else []
    return [code for code in shipped if code in chosen] or shipped


# Every public page shows the country's numbers; they change once in years.
REMEMBERED_SECONDS = 30
_remembered: list[tuple[float, Country]] = []


def country() -> Country:
    """The country's row; an unset one has no numbers to show."""
    now = monotonic()
    # Tests make a new country each, and look at it at once.
    if _remembered and _remembered[0][0] > now and settings.COPSE.mode != "test":
        return _remembered[0][1]
    try:
        found = Country.objects.get()
    except ObjectDoesNotExist:
        return Country(code="", name="")
    return remember(found)


def remember(found: Country) -> Country:
    """Have this process show a row from now on, as it was just read or changed."""
    _remembered[:] = [(monotonic() + REMEMBERED_SECONDS, found)]
    return found


def country_last_seen() -> Country | None:
    """The row as this process last read it: for the page that says the database is away."""
    return _remembered[0][1] if _remembered else None
