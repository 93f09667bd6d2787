from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from copse.base.database import DeskRecord, Handling, stage_constraint
from copse.strategy.workflow import ACTION, STRATEGY, ActionStage, StrategyStage

OWN: dict[str, str] = {"strategy": "SIU"}
# What a planner may put wrong and take out again while a plan is a draft.
DRAFTED: dict[str, str] = {"strategy": "SIUD"}


class Strategy(DeskRecord):
    """A national strategy: who signs for it, for which years, and where it stands."""

    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=10, default=StrategyStage.DRAFT)
    title = models.CharField(max_length=200)
    vision = models.TextField(blank=True)
    authority_id = models.UUIDField(null=True)  # an organisation that owns the whole
    first_day = models.DateField()
    last_day = models.DateField()
    signed_by = models.UUIDField(null=True)
    signed_on = models.DateField(null=True)
    author_id = models.UUIDField()

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "reference", "stage", "title", "vision", "authority_id",
                        "first_day", "last_day", "signed_on"},
        Handling.STAFF: {"signed_by", "author_id"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(STRATEGY, name="strategy_strategy_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_strategy_reference"
            ),
            models.CheckConstraint(
                name="strategy_strategy_ends_after_it_begins",
                condition=Q(last_day__gt=F("first_day")),
            ),
            models.CheckConstraint(
                name="strategy_strategy_approved_by_somebody_else",
                condition=Q(signed_by=None) | ~Q(signed_by=F("author_id")),
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Goal(DeskRecord):
    """What should be different by a date, the finding behind it, and the indicator that says so."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="goals")
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    finding = models.TextField(blank=True)
    finding_source = models.CharField(max_length=300, blank=True)
    indicator = models.CharField(max_length=20, blank=True)  # code of the indicators' catalogue
    baseline = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    baseline_period = models.CharField(max_length=10, blank=True)
    owner_id = models.UUIDField(null=True)  # an organisation
    due = models.DateField()
    plan_tags = models.JSONField(default=list, blank=True)  # P-7: other plans, SDG targets

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "strategy", "code", "title", "finding", "finding_source",
                        "indicator", "baseline", "baseline_period", "owner_id", "due", "plan_tags"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("strategy", "code"), name="strategy_goal_code"),
        )

    def __str__(self) -> str:
        return self.code


class Target(DeskRecord):
    """The value that a goal's indicator should have reached at the end of a period."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="targets")
    period = models.CharField(max_length=10)  # 2026, 2026-Q3 or 2026-09
    value = models.DecimalField(max_digits=18, decimal_places=4)
    breakdown = models.JSONField(default=dict, blank=True)

    grants: ClassVar = DRAFTED
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "goal", "period", "value", "breakdown"}}

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("goal", "period", "breakdown"), name="strategy_target_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.goal_id} {self.period}"


class Measure(DeskRecord):
    """One policy action of the plan, with the action of the brief that it carries out."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="measures")
    reference = models.CharField(max_length=16)
    stage = models.CharField(max_length=10, default=ActionStage.PROPOSED)
    brief_action = models.CharField(max_length=12)  # REP-1 and so on, in frameworks/itu-brief
    title = models.CharField(max_length=300)
    what = models.TextField(blank=True)
    instrument = models.CharField(max_length=40, blank=True)
    options_rejected = models.TextField(blank=True)
    risks = models.JSONField(default=list, blank=True)  # codes in frameworks/itu-brief
    articles = models.JSONField(default=list, blank=True)  # "CRC 19" and so on
    starts = models.DateField(null=True)
    due = models.DateField()
    stopped_because = models.TextField(blank=True)
    author_id = models.UUIDField()

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "goal", "reference", "stage", "brief_action", "title",
                        "what", "instrument", "options_rejected", "risks", "articles", "starts",
                        "due", "stopped_because"},
        Handling.STAFF: {"author_id"},
    }  # fmt: skip

    class Meta:
        constraints = (
            stage_constraint(ACTION, name="strategy_measure_stage"),
            models.UniqueConstraint(
                fields=("desk_id", "reference"), name="strategy_measure_reference"
            ),
        )
        indexes = (models.Index(fields=("desk_id", "brief_action"), name="strategy_measure_brief"),)

    def __str__(self) -> str:
        return self.reference


class Owner(DeskRecord):
    """An organisation's part in a goal or a measure, and the group of the brief it speaks for."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="owners")
    organisation_id = models.UUIDField()
    part = models.CharField(max_length=10)  # lead, partner, oversight
    group = models.CharField(max_length=4)  # S1 to S7

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "measure", "organisation_id", "part", "group"}
    }

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "organisation_id"), name="strategy_owner_once"
            ),
            models.UniqueConstraint(
                fields=("measure",), condition=Q(part="lead"), name="strategy_owner_one_lead"
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.part}"


class Milestone(DeskRecord):
    """A dated step of a measure."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=300)
    due = models.DateField()
    done_on = models.DateField(null=True)

    grants: ClassVar = DRAFTED
    handling: ClassVar = {Handling.OPEN: {"id", "desk_id", "measure", "title", "due", "done_on"}}

    def __str__(self) -> str:
        return self.title


class BudgetLine(DeskRecord):
    """Money of one measure for one year from one source, in whole units of the currency."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="budget")
    year = models.IntegerField()
    source = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    planned = models.BigIntegerField(default=0)
    funded = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "measure", "year", "source", "currency", "planned",
                        "funded", "spent"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("measure", "year", "source"), name="strategy_budget_line_once"
            ),
            models.CheckConstraint(
                name="strategy_budget_line_not_negative",
                condition=Q(planned__gte=0, funded__gte=0, spent__gte=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure_id} {self.year}"


class LinkedPolicy(DeskRecord):
    """Another plan, law or strategy that the national one builds on, or may collide with."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="policies")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)  # child_protection, digital, economic, social, other
    url = models.URLField(blank=True)
    overlap = models.TextField(blank=True)
    measures = models.JSONField(default=list, blank=True)  # references of measures it touches

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "strategy", "title", "kind", "url", "overlap", "measures"}
    }

    def __str__(self) -> str:
        return self.title


class Document(DeskRecord):
    """Evidence that is tracked: a document with a date, and how long it counts as fresh."""

    brief_action = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    url = models.URLField(blank=True)
    dated = models.DateField()
    fresh_months = models.IntegerField(default=12)
    added_by = models.UUIDField()

    grants: ClassVar = DRAFTED
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "brief_action", "title", "url", "dated", "fresh_months"},
        Handling.STAFF: {"added_by"},
    }

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="strategy_document_grows_old", condition=Q(fresh_months__gt=0)
            ),
        )
        indexes = (
            models.Index(fields=("desk_id", "brief_action"), name="strategy_document_action"),
        )

    def __str__(self) -> str:
        return self.title


class Value(DeskRecord):
    """The newest value of an indicator, as the observatory approved and sent it."""

    indicator = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    breakdown = models.JSONField(default=dict, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    origin = models.CharField(max_length=10)  # computed or typed
    vintage = models.IntegerField()
    taken_on = models.DateField()

    grants: ClassVar = OWN
    handling: ClassVar = {
        Handling.OPEN: {"id", "desk_id", "indicator", "period", "breakdown", "value", "origin",
                        "vintage", "taken_on"}
    }  # fmt: skip

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("desk_id", "indicator", "period", "breakdown"), name="strategy_value_newest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"
