from typing import ClassVar

from django.db import models
from django.utils.translation import get_language_info

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.base.database.today import Today, today
from copse.hotline.models.wording import Tag, coded, stage_tag
from copse.hotline.workflow import CONCERN, HOLD, ConcernStage, HoldStage

OWN: dict[str, str] = {"hotline": "SIU"}


class Concern(DeskRecord):
    """What somebody told the portal. Its id is the parcel's; its story stays sealed."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=12, default=ConcernStage.OPEN)
    origin = models.CharField(max_length=10)
    journey = models.CharField(max_length=10)
    risk_class = models.CharField(max_length=20, blank=True)  # codes in taxonomies/risk
    risk_code = models.CharField(max_length=40, blank=True)
    age_band = models.CharField(max_length=8)
    danger_now = models.BooleanField(default=False)
    language = models.CharField(max_length=8)
    region = models.CharField(max_length=40, blank=True)
    # To the hour, as the portal rounded it: no exact time of a report is kept anywhere.
    received_hour = models.DateTimeField()
    priority = models.IntegerField()
    odd_addresses = models.JSONField(default=list, blank=True)
    envelope = models.UUIDField(null=True)
    receipt = models.UUIDField(null=True)
    receipt_key = models.CharField(max_length=64, blank=True)
    status_code = models.CharField(max_length=20, default="received")
    holder_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    passed_to = models.UUIDField(null=True)  # a service of the directory
    # Retention: the day of the last act, a legal hold, and the day on which the story went.
    quiet_since = models.DateField(default=today, db_default=Today())
    hold = models.CharField(max_length=8, default=HoldStage.FREE, db_default="free")
    erased_on = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "origin", "language", "priority",
                        "status_code", "passed_to", "hold", "erased_on"},
        Handling.STAFF: {"holder_id", "claimed_at"},
        Handling.CHILD: {"risk_class", "risk_code", "age_band", "danger_now", "odd_addresses"},
        Handling.REPORTER: {"journey", "region", "received_hour", "quiet_since"},
        Handling.SECRET: {"envelope", "receipt", "receipt_key"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(CONCERN, name="hotline_concern_stage"),
            stage_constraint(HOLD, name="hotline_concern_hold", field="hold"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="hotline_concern_reference"
            ),
        )
        indexes = (
            models.Index(
                fields=("desk_id", "priority", "received_hour", "id"),
                condition=models.Q(stage="open"),
                name="hotline_concern_queue",
            ),
            models.Index(fields=("desk_id", "received_hour"), name="hotline_concern_received"),
            models.Index(
                fields=("desk_id", "quiet_since"),
                condition=models.Q(erased_on=None),
                name="hotline_concern_quiet",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def tag(self) -> Tag:
        return stage_tag(ConcernStage, self.stage)

    @property
    def risk_title(self) -> str:
        return coded("risk", self.risk_code or self.risk_class)

    @property
    def age_title(self) -> str:
        return coded("age_band", self.age_band)

    @property
    def status_title(self) -> str:
        return coded("concern_status", self.status_code)

    @property
    def language_title(self) -> str:
        try:
            return str(get_language_info(self.language)["name_translated"])
        except KeyError:
            return self.language


class Message(DeskRecord):
    """One turn of the thread between a reporter and the desk, sealed."""

    concern = models.ForeignKey(Concern, models.PROTECT, related_name="messages")
    from_reporter = models.BooleanField()
    status_code = models.CharField(max_length=20, blank=True)
    envelope = models.UUIDField(null=True)
    hour = models.DateTimeField()
    place = models.IntegerField()
    author_id = models.UUIDField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "concern", "status_code", "place"},
        Handling.STAFF: {"author_id"},
        Handling.REPORTER: {"from_reporter", "hour"},
        Handling.SECRET: {"envelope"},
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("concern", "place"), name="hotline_message_place"),
        )

    def __str__(self) -> str:
        return f"{self.concern_id} {self.place}"

    @property
    def status_title(self) -> str:
        return coded("concern_status", self.status_code)
