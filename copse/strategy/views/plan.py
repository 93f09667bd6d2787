from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from copse.base.access import StaffRequest, guarded
from copse.strategy import queries
from copse.strategy.workflow import PlanAction


@require_safe
@guarded(PlanAction.VIEW)
def plan(request: StaffRequest) -> HttpResponse:
    """The strategy that runs, with its goals."""
    strategies = queries.strategies_for(request.actor)
    return render(request, "strategy/plan.html", {"strategies": strategies})
