from typing import ClassVar

from django.db import models

from copse.base.database import DeskRecord, Handling
from copse.base.database.roles import ROOMS

# The public's rooms have no desk, and so no rows of one.
DESKS = tuple(room for room in ROOMS if room not in ("public", "portal"))


class Settled(DeskRecord):
    """What a desk counted of a fact in a month up to a day: the next night counts on from there."""

    fact = models.CharField(max_length=80)
    month = models.CharField(max_length=7)
    until = models.DateField()
    cells = models.JSONField(default=list)

    grants: ClassVar = dict.fromkeys(DESKS, "SIUD")
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "fact", "month", "until"},
        Handling.CHILD: {"cells"},
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "fact", "month"), name="facts_settled_once_a_month"
            ),
        )

    def __str__(self) -> str:
        return f"{self.fact} {self.month}"
