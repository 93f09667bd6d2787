from typing import ClassVar

from django.db import models
from django.db.models import Q

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.base.database.today import Today, today
from copse.hotline.models.concerns import OWN, Concern
from copse.hotline.models.wording import Tag, coded, stage_tag
from copse.hotline.workflow import FINISHED, HELD, HOLD, MATERIAL, WAITING, HoldStage, MaterialStage
from copse.kit import addresses


class Material(DeskRecord):
    """One address of suspected material, however many concerns name it. Never a picture."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=14, default=MaterialStage.QUEUED)
    address = models.TextField()
    host = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    risk_class = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=8)
    danger_now = models.BooleanField(default=False)
    spread = models.IntegerField(default=1)
    priority = models.IntegerField()
    received_hour = models.DateTimeField()
    holder_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    # Decided by readings that agree; empty before.
    label = models.CharField(max_length=40, blank=True)
    label_version = models.CharField(max_length=10, blank=True)
    label_age_band = models.CharField(max_length=8, blank=True)
    severity = models.CharField(max_length=20, blank=True)
    # Four clocks. Intake starts at `received_hour`; a later one starts where the one before stops.
    intake_stopped = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    removal_owner = models.CharField(max_length=200, blank=True)
    # Where the police come first, no notice leaves before this.
    police_at = models.DateTimeField(null=True)
    # Retention: the day of the last act, a legal hold, and the day on which the notes went.
    quiet_since = models.DateField(default=today, db_default=Today())
    hold = models.CharField(max_length=8, default=HoldStage.FREE, db_default="free")
    erased_on = models.DateField(null=True)

    grants: ClassVar = {**OWN, "link": "S"}
    # The row rule of notices holds within: those of the link's own batch.
    through_link: ClassVar = "id IN (SELECT material_id FROM hotline_notice)"
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "address", "host", "digest",
                        "spread", "priority", "label_version", "removal_owner", "intake_stopped",
                        "decided_at", "noticed_at", "gone_at", "police_at", "quiet_since", "hold",
                        "erased_on"},
        Handling.STAFF: {"holder_id", "claimed_at"},
        Handling.CHILD: {"risk_class", "age_band", "danger_now", "label", "label_age_band",
                         "severity"},
        Handling.REPORTER: {"received_hour"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(MATERIAL, name="hotline_material_stage"),
            stage_constraint(HOLD, name="hotline_material_hold", field="hold"),
            models.UniqueConstraint(fields=("desk_id", "digest"), name="hotline_material_address"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="hotline_material_reference"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[*HELD]) | Q(holder_id__isnull=False),
                name="hotline_material_held_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["to_notice", "dismissed", "noticed", "gone"])
                | (Q(decided_at__isnull=False) & ~Q(label="")),
                name="hotline_material_decided",
            ),
        )
        indexes = (
            # The queue reads this in order and stops after a page, however long the queue is.
            models.Index(
                fields=("desk_id", "priority", "received_hour", "id"),
                condition=Q(stage__in=[*WAITING]),
                name="hotline_material_queue",
            ),
            models.Index(
                fields=("desk_id", "decided_at", "id"),
                condition=Q(decided_at__isnull=False),
                name="hotline_material_done",
            ),
            models.Index(
                fields=("desk_id", "holder_id"),
                condition=Q(holder_id__isnull=False),
                name="hotline_material_holder",
            ),
            models.Index(fields=("desk_id", "received_hour"), name="hotline_material_received"),
            models.Index(
                fields=("desk_id", "priority"),
                condition=Q(stage="escalated"),
                name="hotline_material_escalated",
            ),
            models.Index(
                fields=("desk_id", "noticed_at"),
                condition=Q(stage="noticed"),
                name="hotline_material_noticed",
            ),
            models.Index(fields=("desk_id", "host"), name="hotline_material_host"),
            # What the facts count of a month: read from the index alone, whatever the table weighs.
            models.Index(
                fields=("desk_id", "intake_stopped"),
                condition=Q(intake_stopped__isnull=False),
                include=("received_hour", "risk_class"),
                name="hotline_material_looked",
            ),
            models.Index(
                fields=("desk_id", "decided_at"),
                condition=Q(decided_at__isnull=False),
                include=("intake_stopped", "risk_class", "label"),
                name="hotline_material_decided_at",
            ),
            models.Index(
                fields=("desk_id", "noticed_at"),
                condition=Q(noticed_at__isnull=False),
                include=("decided_at", "risk_class"),
                name="hotline_material_noticed_at",
            ),
            models.Index(
                fields=("desk_id", "gone_at"),
                condition=Q(gone_at__isnull=False),
                include=("noticed_at", "risk_class"),
                name="hotline_material_gone_at",
            ),
            models.Index(
                fields=("desk_id", "quiet_since"),
                condition=Q(erased_on=None, stage__in=[*FINISHED]),
                name="hotline_material_quiet",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def defanged(self) -> str:
        return addresses.defang(self.address) if self.address else "–"

    @property
    def tag(self) -> Tag:
        return stage_tag(MaterialStage, self.stage)

    @property
    def label_title(self) -> str:
        return coded("material_label", self.label)

    @property
    def severity_title(self) -> str:
        return coded("severity", self.severity)

    @property
    def age_title(self) -> str:
        """The age readings agreed on, else the one that was reported."""
        return coded("age_band", self.label_age_band or self.age_band)

    @property
    def risk_title(self) -> str:
        return coded("risk", self.risk_class)


class Sighting(DeskRecord):
    """A concern names a material."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="sightings")
    material = models.ForeignKey(Material, models.PROTECT, related_name="sightings")

    grants: ClassVar = OWN
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "concern", "material"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("concern", "material"), name="hotline_sighting_once"),
        )

    def __str__(self) -> str:
        return f"{self.concern_id} {self.material_id}"
