from typing import ClassVar

from django.db import models

from copse.base.database import DeskRecord, Handling
from copse.hotline.models.material import Material
from copse.hotline.models.wording import coded


class Reading(DeskRecord):
    """What one analyst concluded about one material, alone."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="readings")
    analyst_id = models.UUIDField()
    label = models.CharField(max_length=40)  # code in taxonomies/material_label
    label_version = models.CharField(max_length=10)
    age_band = models.CharField(max_length=8)
    severity = models.CharField(max_length=20)
    series = models.CharField(max_length=60, blank=True)
    note = models.UUIDField(null=True)  # an envelope
    by_lead = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    # A reading is never changed: without UPDATE nobody can bend one afterwards.
    grants: ClassVar = {"hotline": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "material", "label_version", "by_lead"},
        Handling.STAFF: {"analyst_id", "made_at"},
        Handling.CHILD: {"label", "age_band", "severity", "series"},
        Handling.SECRET: {"note"},
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("material", "analyst_id"), name="hotline_reading_one_each"
            ),
        )

    def __str__(self) -> str:
        return f"{self.material_id} {self.label}"

    @property
    def label_title(self) -> str:
        return coded("material_label", self.label)

    @property
    def severity_title(self) -> str:
        return coded("severity", self.severity)

    @property
    def age_title(self) -> str:
        return coded("age_band", self.age_band)


class Look(DeskRecord):
    """An address copied out: the ledger that the daily budget is counted from."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="looks")
    analyst_id = models.UUIDField()
    day = models.DateField()
    at = models.DateTimeField()
    place = models.IntegerField()

    grants: ClassVar = {"hotline": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "material", "place"},
        Handling.STAFF: {"analyst_id", "day", "at"},
    }

    class Meta:
        constraints = (
            # The nth look of a day exists once: two tabs cannot both take the last one.
            models.UniqueConstraint(
                fields=("desk_id", "analyst_id", "day", "place"), name="hotline_look_counted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.analyst_id} {self.day} {self.place}"
