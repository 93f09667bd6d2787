"""Reading plans, goals and measures. `…_for` asks whether the viewer may."""

from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone

from copse.base import access
from copse.base.access import Actor
from copse.base.organisations.models import Organisation
from copse.strategy.models import Goal, Measure, Milestone, Strategy, Value
from copse.strategy.workflow import PlanAction, StrategyStage

Row = TypeVar("Row", bound=Model)


def strategies_for(viewer: Actor) -> list[Strategy]:
    """Every plan of the desk, the newest first."""
    access.require(viewer, PlanAction.VIEW)
    return list(Strategy.objects.order_by("-first_day"))


def strategy_for(viewer: Actor, reference: str) -> Strategy:
    """One plan. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    return _found(Strategy.objects.filter(reference=reference))


def running() -> Strategy | None:
    """The plan that counts today: approved and within its years, or else the newest draft."""
    today = timezone.localdate()
    approved = Strategy.objects.filter(stage=StrategyStage.APPROVED)
    now = approved.filter(first_day__lte=today, last_day__gte=today)
    newest = Strategy.objects.exclude(stage=StrategyStage.CLOSED)
    return (
        now.order_by("-first_day").first()
        or approved.order_by("-first_day").first()
        or newest.order_by("-first_day").first()
    )


def goals_of(strategy: Strategy) -> list[Goal]:
    """The goals of a plan with everything under them, in the order of their codes."""
    goals = strategy.goals.prefetch_related(
        "targets", Prefetch("measures", queryset=_measures().order_by("reference"))
    )
    return sorted(goals, key=lambda goal: (len(goal.code), goal.code))


def goal_for(viewer: Actor, reference: str, code: str) -> Goal:
    """One goal of a plan. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    found = Goal.objects.filter(strategy__reference=reference, code=code)
    return _found(found.select_related("strategy").prefetch_related("targets", "measures"))


def measure_for(viewer: Actor, reference: str) -> Measure:
    """One measure with everything under it. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    return _found(_measures().filter(reference=reference))


def milestone_for(viewer: Actor, measure: Measure, key: str) -> Milestone:
    """One milestone of a measure. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    return _found(measure.milestones.filter(pk=key))


def measures_for(viewer: Actor, brief_action: str) -> list[Measure]:
    """The measures of the running plan that carry out one action of the brief."""
    access.require(viewer, PlanAction.VIEW)
    return measures_of(brief_action)


def measures_of(brief_action: str) -> list[Measure]:
    """The measures of the running plan that carry out one action of the brief."""
    strategy = running()
    if strategy is None:
        return []
    found = _measures().filter(goal__strategy=strategy, brief_action=brief_action)
    return list(found.order_by("reference"))


def names() -> dict[str, str]:
    """Every organisation of the register: its id as text, and its name."""
    return {str(one.pk): one.name for one in Organisation.objects.order_by("name")}


def latest_values(indicator: str) -> list[Value]:
    """The values of an indicator as a whole, the newest period first."""
    found = Value.objects.filter(indicator=indicator, breakdown={}, value__isnull=False)
    return list(found.order_by("-period"))


def _measures() -> QuerySet[Measure]:
    return Measure.objects.select_related("goal__strategy").prefetch_related(
        "owners", "milestones", "budget"
    )


def _found(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise Http404
    return found
