from typing import ClassVar

from django.db import models

from copse.base.database import DeskKey, Handling, Record

EVERYBODY = (
    "portal", "public", "hotline", "helpline", "industry", "enforcement", "regulator",
    "strategy", "observatory", "participation", "learn",
)  # fmt: skip


def readable() -> dict[str, str]:
    """Rights on the public part of the register: all read, administration writes."""
    return {**dict.fromkeys(EVERYBODY, "S"), "administration": "SIUD", "door": "S",
            "copse_worker": "S"}  # fmt: skip


class Organisation(Record):
    """A body that owns desks, receives notices or referrals, or sits on the council."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)  # code in taxonomies/organisation_kind
    country = models.CharField(max_length=2, blank=True)
    website = models.URLField(blank=True)
    email = models.EmailField(blank=True)

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "name", "kind", "country", "website", "email"}}

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Desk(Record):
    """An organisation's room: a compartment of people, rows and keys."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="desks")
    room = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=True)
    duty_email = models.EmailField(blank=True)

    grants: ClassVar = readable()
    handling: ClassVar = {
        Handling.OPEN: {"id", "organisation", "room", "name", "is_default", "duty_email"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("room",),
                condition=models.Q(is_default=True),
                name="organisations_one_default_desk_a_room",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> DeskKey:
        return DeskKey(self.id, self.room)


# These tables belong to this app; Django finds them by these imports.
import copse.base.organisations.directory  # noqa: E402
import copse.base.organisations.periods  # noqa: E402, F401
