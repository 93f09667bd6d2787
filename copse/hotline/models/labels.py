from typing import ClassVar

from django.db import models

from copse.base.database import DeskRecord, Handling


class LegalBasis(DeskRecord):
    """The provisions under one label, as the strategy room told the hotline last."""

    label = models.CharField(max_length=40)  # code in taxonomies/material_label
    grounds = models.JSONField(default=list)  # each with its law, provision and in_force
    received_on = models.DateField()

    grants: ClassVar = {"hotline": "SIUD"}
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "label", "grounds", "received_on"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("desk_id", "label"), name="hotline_legal_basis_once"),
        )

    def __str__(self) -> str:
        return self.label
