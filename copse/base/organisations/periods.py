"""How long each class of record is kept here, and what the daily sweep found and erased."""

from typing import ClassVar

from django.db import models

from copse.base.database import Handling, Record
from copse.base.database.roles import ROOMS
from copse.base.organisations.models import readable

DESK = "NULLIF(current_setting('copse.desk', true), '')::uuid"
# A sweep's row names its room and desk, and both are those of the open compartment.
MINE = f"(('copse_' || room) = current_user AND desk IS NOT DISTINCT FROM {DESK})"
# The page of the clocks shows every desk's counts to the country's administration.
ALL = f"(current_user = 'copse_administration' AND {DESK} IS NOT NULL)"
SWEPT = tuple(room for room in ROOMS if room not in {"public", "administration"})


class Period(Record):
    """The days a class of record is kept, as this country decided. Without a row: the usual."""

    code = models.CharField(max_length=40, unique=True)
    days = models.PositiveIntegerField()

    grants: ClassVar = readable()
    handling: ClassVar = {Handling.OPEN: {"id", "code", "days"}}

    def __str__(self) -> str:
        return f"{self.code}: {self.days}"


class Sweep(Record):
    """One day's counts for one class at one desk: what is past its time, held, erased."""

    room = models.CharField(max_length=20)
    desk = models.UUIDField(null=True)  # the portal has none
    code = models.CharField(max_length=40)
    day = models.DateField()
    due = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)

    grants: ClassVar = {**dict.fromkeys(SWEPT, "SIU"), "administration": "SIU"}
    policy: ClassVar = {"select": f"{MINE} OR {ALL}", "insert": MINE, "update": MINE}
    handling: ClassVar = {
        Handling.OPEN: {"id", "room", "desk", "code", "day", "due", "held", "erased"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("room", "desk", "code", "day"),
                nulls_distinct=False,
                name="organisations_one_sweep_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.day}"
