from typing import ClassVar

from django.db import models

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.base.database.protection import THE_LINK
from copse.hotline.models.concerns import OWN
from copse.hotline.models.material import Material
from copse.hotline.models.wording import CONTACTS, FOUND, Tag, coded, stage_tag
from copse.hotline.workflow import NOTICE, NoticeStage


class Trace(DeskRecord):
    """Where an address is served from, and who can be written to, most direct first."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="traces")
    host = models.CharField(max_length=255)
    address = models.CharField(max_length=45, blank=True)
    network = models.CharField(max_length=200, blank=True)
    asn = models.CharField(max_length=12, blank=True)  # AS64496
    country = models.CharField(max_length=2, blank=True)
    contacts = models.JSONField(default=list)  # [{"kind", "email", "organisation"}, …]
    at = models.DateTimeField()

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "desk_id", "material", "host", "address", "network", "asn", "country",
            "contacts", "at",
        }
    }  # fmt: skip

    class Meta:
        indexes = (models.Index(fields=("material", "at"), name="hotline_trace_latest"),)

    def __str__(self) -> str:
        return f"{self.host} {self.address}"


class Notice(DeskRecord):
    """One address put before one contact. Notices mailed together share a `batch`."""

    reference = models.CharField(max_length=16)
    material = models.ForeignKey(Material, models.PROTECT, related_name="notices")
    trace = models.ForeignKey(Trace, models.PROTECT, related_name="notices")
    stage = models.CharField(max_length=10, default=NoticeStage.WAITING)
    level = models.PositiveSmallIntegerField()  # which of the trace's contacts
    kind = models.CharField(max_length=12)
    email = models.EmailField()
    organisation = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    opened_at = models.DateTimeField()
    batch = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)  # code in taxonomies/notice_outcome
    outcome_at = models.DateTimeField(null=True)

    grants: ClassVar = {**OWN, "link": "SU"}
    through_link: ClassVar = f"batch = {THE_LINK}"
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "desk_id", "reference", "material", "trace", "stage", "level", "kind", "email",
            "organisation", "language", "opened_at", "batch", "sent_at", "remind_at", "reminders",
            "outcome", "outcome_at",
        }
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(NOTICE, name="hotline_notice_stage"),
            # The same contact is not asked twice for the same trace of the same address.
            models.UniqueConstraint(fields=("trace", "level"), name="hotline_notice_one_a_contact"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="hotline_notice_reference"
            ),
        )
        indexes = (
            models.Index(
                fields=("desk_id", "email"),
                condition=models.Q(stage="waiting"),
                name="hotline_notice_waiting",
            ),
            models.Index(
                fields=("desk_id", "remind_at"),
                condition=models.Q(remind_at__isnull=False),
                name="hotline_notice_due",
            ),
            models.Index(fields=("desk_id", "batch"), name="hotline_notice_batch"),
            models.Index(
                fields=("desk_id", "sent_at"),
                condition=models.Q(sent_at__isnull=False),
                include=("material",),
                name="hotline_notice_sent_at",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def tag(self) -> Tag:
        return stage_tag(NoticeStage, self.stage)

    @property
    def outcome_title(self) -> str:
        return coded("notice_outcome", self.outcome)

    @property
    def kind_title(self) -> str:
        return str(CONTACTS.get(self.kind, self.kind))


class Check(DeskRecord):
    """One look at whether an address still answers: headers only, by the fetcher."""

    material = models.ForeignKey(Material, models.PROTECT, related_name="checks")
    outcome = models.CharField(max_length=12)
    status = models.PositiveSmallIntegerField(null=True)
    host = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()

    grants: ClassVar = {"hotline": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "material", "outcome", "status", "host", "at"}
    }

    class Meta:
        indexes = (models.Index(fields=("material", "at"), name="hotline_check_latest"),)

    def __str__(self) -> str:
        return f"{self.material_id} {self.outcome}"

    @property
    def tag(self) -> Tag:
        title, colour = FOUND.get(self.outcome, (self.outcome, "grey"))
        return Tag(str(title), colour)


class Reply(DeskRecord):
    """A provider's mail about a batch of notices, sealed; staff read it beside the notice."""

    batch = models.UUIDField()
    envelope = models.UUIDField()
    at = models.DateTimeField()
    erased_on = models.DateField(null=True)

    grants: ClassVar = {"hotline": "SIU"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "batch", "at", "erased_on"},
        Handling.SECRET: {"envelope"},
    }

    class Meta:
        indexes = (
            models.Index(fields=("desk_id", "batch"), name="hotline_reply_batch"),
            models.Index(
                fields=("desk_id", "at"),
                condition=models.Q(erased_on=None),
                name="hotline_reply_quiet",
            ),
        )

    def __str__(self) -> str:
        return str(self.batch)
