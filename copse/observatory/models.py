from typing import ClassVar

from django.db import models
from django.utils import timezone

from copse.base.database import DeskRecord, Handling, Record


class Sheet(DeskRecord):
    """One fact of one sending desk for one month, as received: exact counts, never public."""

    source = models.UUIDField()
    room = models.CharField(max_length=20)
    fact = models.CharField(max_length=80)
    period = models.CharField(max_length=7)
    dimensions = models.JSONField()
    cells = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)

    grants: ClassVar = {"observatory": "SIUD"}
    # Exact counts of a month and a class can point at one child, so they are handled like data
    # about children until the publishing function has been over them.
    handling: ClassVar = {
        Handling.OPEN: {
            "id",
            "desk_id",
            "source",
            "room",
            "fact",
            "period",
            "dimensions",
            "received_at",
        },
        Handling.CHILD: {"cells"},
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "source", "fact", "period"),
                name="observatory_a_later_sheet_replaces",
            ),
        )

    def __str__(self) -> str:
        return f"{self.fact} {self.period}"


class Release(Record):
    """What was published: the text that everybody reads, frozen, and its SHA-256."""

    reference = models.CharField(max_length=16, unique=True)
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    # Neither room may change or withdraw a release: a mistake is put right by the next one.
    grants: ClassVar = {"public": "S", "observatory": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "reference", "first_month", "last_month", "body", "sha256", "published_at",
        }
    }  # fmt: skip

    class Meta:
        indexes = (models.Index(fields=("-published_at",), name="observatory_latest_release"),)

    def __str__(self) -> str:
        return self.reference
