"""Reading the plan and what lies under it."""

from copse.base import access
from copse.base.access import Actor
from copse.strategy.models import Strategy
from copse.strategy.workflow import PlanAction

__all__ = ["strategies_for"]


def strategies_for(viewer: Actor) -> list[Strategy]:
    """Every strategy of the desk, the newest first."""
    access.require(viewer, PlanAction.VIEW)
    return list(Strategy.objects.order_by("-first_day"))
