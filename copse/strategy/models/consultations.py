from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.strategy.models.plan import OWN, Strategy
from copse.strategy.workflow import CONSULTATION, ConsultationStage


class Consultation(DeskRecord):
    """Whom the plan's makers listened to, what they heard, and what they answered."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="consultations")
    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=12, default=ConsultationStage.DESIGNED)
    title = models.CharField(max_length=300)
    question = models.TextField()
    # Codes: the seven groups, and of children the age bands; vulnerable groups by their own words.
    groups = models.JSONField(default=list)
    children = models.BooleanField(default=False)
    age_bands = models.JSONField(default=list, blank=True)
    safeguarding = models.TextField(blank=True)
    safeguarded_by = models.UUIDField(null=True)
    opened_on = models.DateField(null=True)
    heard_on = models.DateField(null=True)
    people = models.IntegerField(null=True)
    heard = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    author_id = models.UUIDField()

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "strategy", "reference", "stage", "title", "question",
                        "groups", "children", "safeguarding", "opened_on", "heard_on", "answer",
                        "answered_on", "closed_on"},
        Handling.STAFF: {"safeguarded_by", "author_id"},
        Handling.CHILD: {"age_bands", "people", "heard"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(CONSULTATION, name="strategy_consultation_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_consultation_reference"
            ),
            models.CheckConstraint(
                name="strategy_consultation_answered_before_closed",
                condition=~Q(stage__in=["answered", "closed"])
                | (Q(answered_on__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="strategy_consultation_made_safe_by_somebody_else",
                condition=Q(safeguarded_by=None) | ~Q(safeguarded_by=F("author_id")),
            ),
            models.CheckConstraint(
                name="strategy_consultation_heard_somebody",
                condition=Q(people=None) | Q(people__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.reference
