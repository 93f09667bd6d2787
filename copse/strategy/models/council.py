from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.strategy.models.plan import OWN
from copse.strategy.workflow import (
    DECISION,
    MEETING,
    OPINION,
    DecisionStage,
    MeetingStage,
    OpinionStage,
)


class Seat(DeskRecord):
    """A seat on the council, kept for one of the seven groups and filled by an organisation."""

    group = models.CharField(max_length=4)  # S1 to S7
    organisation_id = models.UUIDField(null=True)  # none: vacant
    chair = models.BooleanField(default=False)
    voting = models.BooleanField(default=True)
    since = models.DateField()
    until = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "group", "organisation_id", "chair", "voting", "since",
                        "until"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="strategy_seat_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
            models.UniqueConstraint(
                fields=("desk_id",),
                condition=Q(chair=True, until=None),
                name="strategy_seat_one_chair",
            ),
        )

    def __str__(self) -> str:
        return self.group


class Meeting(DeskRecord):
    """A meeting of the council. What it decides counts only with a quorum."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=10, default=MeetingStage.CALLED)
    title = models.CharField(max_length=200)
    held_on = models.DateField()
    quorum = models.IntegerField()  # voting seats that must be present
    minutes = models.TextField(blank=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "title", "held_on", "quorum",
                        "minutes"}
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(MEETING, name="strategy_meeting_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_meeting_reference"
            ),
            models.CheckConstraint(
                name="strategy_meeting_needs_somebody", condition=Q(quorum__gt=0)
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Paper(DeskRecord):
    """What the council had before it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    title = models.CharField(max_length=300)
    url = models.URLField(blank=True)
    text = models.TextField(blank=True)
    sent_on = models.DateField()

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "meeting", "title", "url", "text", "sent_on"}
    }

    def __str__(self) -> str:
        return self.title


class Attendance(DeskRecord):
    """Whether a seat was taken at a meeting, and the conflict of interest it declared."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances")
    present = models.BooleanField(default=False)
    conflict = models.TextField(blank=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "meeting", "seat", "present", "conflict"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("meeting", "seat"), name="strategy_attendance_once"),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.seat_id}"


class Decision(DeskRecord):
    """What the council decided, who owes it, and until when."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=10, default=DecisionStage.OPEN)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    text = models.TextField()
    owner_id = models.UUIDField()  # an organisation
    due = models.DateField()
    done_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)
    recused = models.JSONField(default=list, blank=True)  # seats that took no part

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "meeting", "text", "owner_id",
                        "due", "done_on", "outcome", "recused"}
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(DECISION, name="strategy_decision_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_decision_reference"
            ),
            models.CheckConstraint(
                name="strategy_decision_done_has_a_day",
                condition=~Q(stage="done") | Q(done_on__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=("desk_id", "due"),
                condition=Q(stage="open"),
                name="strategy_decision_open",
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Opinion(DeskRecord):
    """What the children's rights institution found, and the reply that it is owed by a day."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=10, default=OpinionStage.DRAFT)
    title = models.CharField(max_length=300)
    body = models.TextField()
    brief_action = models.CharField(max_length=12, blank=True)
    author_id = models.UUIDField()
    published_on = models.DateField(null=True)
    reply_due = models.DateField(null=True)
    reply = models.TextField(blank=True)
    replied_on = models.DateField(null=True)

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "title", "body", "brief_action",
                        "published_on", "reply_due", "reply", "replied_on"},
        Handling.STAFF: {"author_id"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(OPINION, name="strategy_opinion_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_opinion_reference"
            ),
            models.CheckConstraint(
                name="strategy_opinion_published_has_a_clock",
                condition=Q(stage="draft") | Q(published_on__isnull=False, reply_due__isnull=False),
            ),
            models.CheckConstraint(
                name="strategy_opinion_answered_has_a_reply",
                condition=~Q(stage="answered") | (Q(replied_on__isnull=False) & ~Q(reply="")),
            ),
        )

    def __str__(self) -> str:
        return self.reference
