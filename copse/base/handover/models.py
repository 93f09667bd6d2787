from enum import StrEnum, auto
from typing import ClassVar

from django.db import models
from django.db.models import Q

from copse.base.database import Handling as H  # noqa: N817 - short, as in every model
from copse.base.database import Record
from copse.base.database.roles import ROOMS

# The role of the open compartment names its room, so no sender can write another's name.
ROOM = "substr(current_user, 7)"
DESK = "NULLIF(current_setting('copse.desk', true), '')::uuid"
SENT_BY_ME = f"(sender_room = {ROOM} AND sender_desk IS NOT DISTINCT FROM {DESK})"
SENT_TO_ME = f"(room = {ROOM} AND desk IS NOT DISTINCT FROM {DESK})"
# For the functions that tell administrators what is stuck (migrations/0002_stuck.py). The owner
# could lift the rule anyway, and no process that serves runs as it.
OWNER = "current_user = 'copse_owner'"


class State(StrEnum):
    WAITING = auto()
    HANDLED = auto()
    REFUSED = auto()


class ParcelOnItsWay(Record):
    """One parcel. Only its receiver can open it; who sent it cannot look again.

    It carries no time: together with a list of parcels that would tell when a report was made.
    """

    kind = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    sender_room = models.CharField(max_length=20)
    sender_desk = models.UUIDField(null=True)
    room = models.CharField(max_length=20)
    desk = models.UUIDField(null=True)
    state = models.CharField(max_length=10, default=State.WAITING)
    reason = models.CharField(max_length=40, blank=True)
    # Emptied when handled: what the receiver keeps, it keeps in its own tables.
    body = models.JSONField(default=dict)

    grants: ClassVar = {room: "SIU" for room in ROOMS if room != "public"}
    policy: ClassVar = {
        "select": f"{SENT_TO_ME} OR {OWNER}",
        "insert": SENT_BY_ME,
        "update": SENT_TO_ME,
    }
    handling: ClassVar = {
        H.OPEN: {
            "id", "kind", "version", "sender_room", "sender_desk", "room", "desk", "state",
            "reason",
        },
        H.REPORTER: {"body"},
    }  # fmt: skip

    class Meta:
        db_table = "handover_parcel"
        indexes = (
            models.Index(
                fields=("room", "desk", "state"),
                name="handover_unhandled",
                condition=~Q(state="handled"),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="handover_parcel_state", condition=Q(state__in=[str(s) for s in State])
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.room}"
