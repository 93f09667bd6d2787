from typing import ClassVar

from django.db import models
from django.db.models import Q

from copse.base.database import DeskRecord, Handling
from copse.hotline.models.concerns import OWN, Concern
from copse.hotline.models.material import Material
from copse.hotline.models.wording import coded


class Hold(DeskRecord):
    """A legal hold on one concern or one material: while it stands, nothing of it is erased."""

    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="holds")
    material = models.ForeignKey(Material, models.PROTECT, null=True, related_name="holds")
    reason = models.CharField(max_length=20)  # code in taxonomies/hold_reason
    note = models.UUIDField(null=True)  # an envelope
    placed_by = models.UUIDField()
    placed_at = models.DateTimeField()
    lifted_by = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "concern", "material", "reason"},
        Handling.STAFF: {"placed_by", "placed_at", "lifted_by", "lifted_at"},
        Handling.SECRET: {"note"},
    }

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="hotline_hold_on_one_record",
                condition=Q(concern__isnull=True) ^ Q(material__isnull=True),
            ),
            models.UniqueConstraint(
                fields=("concern",), condition=Q(lifted_at=None), name="hotline_hold_one_a_concern"
            ),
            models.UniqueConstraint(
                fields=("material",),
                condition=Q(lifted_at=None),
                name="hotline_hold_one_a_material",
            ),
        )
        indexes = (
            models.Index(
                fields=("desk_id", "lifted_at"),
                condition=Q(note__isnull=False),
                name="hotline_hold_notes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.concern_id or self.material_id} {self.reason}"

    @property
    def reason_title(self) -> str:
        return coded("hold_reason", self.reason)
