from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from copse.base.database import DeskRecord, Handling, Record, stage_constraint
from copse.observatory.workflow import OBSERVATION, ObservationStage


class Sheet(DeskRecord):
    """One fact of one sending desk for one month, as received: exact counts, never public."""

    source = models.UUIDField()
    room = models.CharField(max_length=20)
    fact = models.CharField(max_length=80)
    period = models.CharField(max_length=7)
    dimensions = models.JSONField()
    cells = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    # Whether the indicators know of it: a night's work is what came in since the last one.
    counted = models.BooleanField(default=False, db_default=False)

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
            "counted",
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
        indexes = (
            models.Index(
                fields=("desk_id", "fact", "period"),
                condition=Q(counted=False),
                name="observatory_sheet_uncounted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.fact} {self.period}"


class Release(Record):
    """What was published: the text that everybody reads, frozen, and its SHA-256."""

    reference = models.CharField(max_length=16, unique=True)
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    # The how manieth release of these months it is: the first, or a correction of it.
    vintage = models.PositiveSmallIntegerField(default=1, db_default=1)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    # Neither room may change or withdraw a release: a mistake is put right by the next one.
    grants: ClassVar = {"public": "S", "observatory": "SI"}
    handling: ClassVar = {
        Handling.OPEN: {
            "id", "reference", "first_month", "last_month", "vintage", "body", "sha256",
            "published_at",
        }
    }  # fmt: skip

    class Meta:
        indexes = (models.Index(fields=("-published_at",), name="observatory_latest_release"),)

    def __str__(self) -> str:
        return self.reference


class Basis(DeskRecord):
    """The exact counts behind a release and what was shown of them: later ones are attacked with it.

    Without it nobody could say whether a correction gives away what was withheld before.
    """

    release = models.OneToOneField(Release, models.PROTECT, related_name="+")
    body = models.TextField()

    grants: ClassVar = {"observatory": "SI"}
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "release"}, Handling.CHILD: {"body"}}

    def __str__(self) -> str:
        return f"the basis of {self.release_id}"


class Examination(DeskRecord):
    """Somebody's wish to look at a release before it is published, and what the attack found.

    `question` is the digest of all that was attacked: with any other count or after any other
    release the answer is void. `basis` is what would be kept as the release's `Basis`; `narrow`
    holds the counts that readers could work out; `trouble` is the code of an attack that failed.
    """

    until = models.CharField(max_length=7)
    without = models.JSONField(default=list)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    question = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=40, blank=True)
    protected = models.PositiveIntegerField(default=0)
    basis = models.TextField(blank=True)
    narrow = models.JSONField(default=list)

    # Void once a release is out, and removed then.
    grants: ClassVar = {"observatory": "SIUD"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "until", "without", "asked_at", "ended_at", "question",
                        "trouble", "protected"},
        Handling.STAFF: {"asked_by"},
        Handling.CHILD: {"basis", "narrow"},
    }  # fmt: skip

    class Meta:
        indexes = (
            models.Index(fields=("desk_id", "-asked_at"), name="observatory_examination_newest"),
        )

    def __str__(self) -> str:
        return f"the examination of {self.until}"


class Announcement(Record):
    """On which day the release that ends with a month will come out, as told to the public."""

    last_month = models.CharField(max_length=7)
    on = models.DateField()
    announced_at = models.DateTimeField(default=timezone.now)
    # Why an earlier day was taken back, as everybody reads it; empty for the first one told.
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    # A date that moves is a new announcement, so that everybody can see that it moved.
    grants: ClassVar = {"public": "S", "observatory": "SI"}
    handling: ClassVar = {Handling.OPEN: {"id", "last_month", "on", "announced_at", "reason"}}

    def __str__(self) -> str:
        return f"{self.last_month} on {self.on}"


class Origin(models.TextChoices):
    """Where a value comes from."""

    COMPUTED = "computed"
    TYPED = "typed"


class Observation(DeskRecord):
    """One vintage of an indicator's value for a period, exact; what is told of it is made from it.

    `breakdown` is empty for the whole, or one dimension with one of its keys. `note` says which
    facts and months are missing, or where a typed number is from.
    """

    indicator = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    breakdown = models.JSONField(default=dict, blank=True)
    vintage = models.PositiveIntegerField(default=1)
    stage = models.CharField(max_length=10, default=ObservationStage.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    status = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=22, decimal_places=4, null=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    returned_because = models.TextField(blank=True)
    typed_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    # Whether the strategy room was told.
    sent = models.BooleanField(default=False, db_default=False)

    grants: ClassVar = {"observatory": "SIU"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "indicator", "period", "breakdown", "vintage", "stage",
                        "origin", "status", "note", "returned_because", "made_at", "approved_at",
                        "locked_at", "sent"},
        Handling.STAFF: {"typed_by", "approved_by"},
        # Exact: a small count, or a share of few, can point at one child.
        Handling.CHILD: {"value", "numerator", "denominator"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(OBSERVATION, name="observatory_observation_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "indicator", "period", "breakdown", "vintage"),
                name="observatory_observation_vintage",
            ),
            models.CheckConstraint(
                name="observatory_observation_approved_by_somebody_else",
                condition=Q(approved_by=None) | Q(typed_by=None) | ~Q(approved_by=F("typed_by")),
            ),
            models.CheckConstraint(
                name="observatory_observation_typed_is_approved_by_somebody",
                condition=Q(origin="computed")
                | ~Q(stage__in=["approved", "locked", "revised"])
                | Q(typed_by__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="observatory_observation_known_has_a_value",
                condition=Q(status="known", value__isnull=False)
                | (~Q(status="known") & Q(value=None)),
            ),
        )
        indexes = (
            models.Index(
                fields=("desk_id", "indicator", "period"),
                condition=Q(sent=False),
                name="observatory_observation_unsent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} ({self.vintage})"


class PlanText(DeskRecord):
    """The national plan as its desk sent it to be read by everybody; a later one replaces it."""

    source = models.UUIDField()
    taken_on = models.DateField()
    body = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)

    grants: ClassVar = {"observatory": "SIU"}
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "source", "taken_on", "body", "received_at"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "source"), name="observatory_plan_text_newest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.taken_on}"
