"""The plan, its goals, and the buttons that sign, end and publish it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.kit import indicators
from copse.kit.errors import InputError, RefusedError
from copse.kit.framework.model import words
from copse.strategy.forms.plan import GoalForm, PolicyForm, StrategyForm
from copse.strategy.models import Goal, Strategy
from copse.strategy.queries import plan as queries
from copse.strategy.queries import shown, warnings, wording
from copse.strategy.services import plan as services
from copse.strategy.services import publishing, steps
from copse.strategy.workflow import PlanAction


@require_safe
@guarded(PlanAction.VIEW)
def home(request: StaffRequest) -> HttpResponse:
    """The plan that counts today."""
    strategy = queries.running()
    found = queries.strategies_for(request.actor)
    if strategy is None:
        return render(request, "strategy/plan_none.html", {"may_edit": _may_edit(request)})
    others = [one for one in found if one.pk != strategy.pk]
    return _page(request, strategy, {"others": others})


@require_safe
@guarded(PlanAction.VIEW)
def strategy(request: StaffRequest, reference: str) -> HttpResponse:
    return _page(request, queries.strategy_for(request.actor, reference), {})


def _page(request: StaffRequest, strategy: Strategy, more: dict[str, Any]) -> HttpResponse:
    goals = queries.goals_of(strategy)
    context = {
        "strategy": strategy,
        "tag": wording.STRATEGY[strategy.stage],
        "authority": queries.names().get(str(strategy.authority_id), ""),
        "goals": [shown.goal(one) for one in goals],
        "warnings": [warnings.sentence(one) for one in warnings.of_strategy(strategy, goals)],
        "policies": strategy.policies.order_by("title"),
        "policy_form": PolicyForm(),
        "may_edit": _may_edit(request),
        "approve": may(request.actor, PlanAction.APPROVE, strategy),
        "may_publish": bool(may(request.actor, PlanAction.PUBLISH)),
        **more,
    }
    return render(request, "strategy/plan.html", context)


def _may_edit(request: StaffRequest) -> bool:
    return bool(may(request.actor, PlanAction.EDIT))


@require_http_methods(["GET", "POST"])
@guarded(PlanAction.EDIT)
def new(request: StaffRequest) -> HttpResponse:
    form = StrategyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(actor=request.actor, **form.cleaned_data)
        except InputError as error:
            form.add_error(str(error.facts["field"]), error.sentence)
        else:
            return see_other("strategy:strategy", made.reference)
    return render(request, "strategy/plan_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@guarded(PlanAction.EDIT)
def revise(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.strategy_for(request.actor, reference)
    names = ("title", "vision", "first_day", "last_day", "authority_id")
    form = StrategyForm(request.POST or None, initial={one: getattr(found, one) for one in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(actor=request.actor, strategy=found, **form.cleaned_data)
        except InputError as error:
            form.add_error(str(error.facts["field"]), error.sentence)
        except RefusedError as error:
            form.add_error(None, error.sentence)
        else:
            return see_other("strategy:strategy", reference)
    return render(request, "strategy/plan_form.html", {"form": form, "strategy": found})


@require_http_methods(["GET", "POST"])
@guarded(PlanAction.EDIT)
def goal(request: StaffRequest, reference: str, code: str = "") -> HttpResponse:
    """Write a goal: a new one, or the one of this code."""
    strategy = queries.strategy_for(request.actor, reference)
    found = queries.goal_for(request.actor, reference, code) if code else None
    form = GoalForm(request.POST or None, initial=_initial(found), indicators=_indicators())
    if request.method == "POST" and form.is_valid() and _keep_goal(request, strategy, form):
        return see_other("strategy:strategy", reference)
    context = {"form": form, "strategy": strategy, "goal": found}
    return render(request, "strategy/goal_form.html", context)


def _keep_goal(request: StaffRequest, strategy: Strategy, form: GoalForm) -> bool:
    fields = dict(form.cleaned_data)
    targets = fields.pop("targets")
    try:
        made = services.set_goal(actor=request.actor, strategy=strategy, **fields)
        services.set_targets(actor=request.actor, goal=made, targets=targets)
    except InputError as error:
        form.add_error(str(error.facts["field"]), error.sentence)
    except RefusedError as error:
        form.add_error(None, error.sentence)
    return form.is_valid()


def _initial(found: Goal | None) -> dict[str, Any]:
    if found is None:
        return {}
    names = (
        "code", "title", "finding", "finding_source", "indicator", "baseline", "baseline_period",
        "owner_id", "due",
    )  # fmt: skip
    targets = sorted(found.targets.all(), key=lambda one: one.period)
    return {
        **{name: getattr(found, name) for name in names},
        "plan_tags": ", ".join(found.plan_tags),
        "targets": "\n".join(f"{one.period} {one.value.normalize():f}" for one in targets),
    }


def _indicators() -> dict[str, str]:
    language = get_language() or "en"
    return {
        one.code: f"{one.code} · {words(one.title, language)}" for one in indicators.catalogue()
    }


@require_POST
@guarded(PlanAction.EDIT)
def policy(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.strategy_for(request.actor, reference)
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"policy_form": form})
    services.link_policy(actor=request.actor, strategy=found, **form.cleaned_data)
    return see_other("strategy:strategy", reference)


@require_POST
@guarded(PlanAction.APPROVE)
def approve(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.strategy_for(request.actor, reference)
    try:
        steps.approve(actor=request.actor, strategy=found)
    except RefusedError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Approved. What it promises can no longer be changed."))
    return see_other("strategy:strategy", reference)


@require_POST
@guarded(PlanAction.CLOSE)
def close(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.strategy_for(request.actor, reference)
    try:
        steps.close(actor=request.actor, strategy=found)
    except RefusedError as error:
        messages.error(request, error.sentence)
    return see_other("strategy:strategy", reference)


@require_POST
@guarded(PlanAction.PUBLISH)
def publish(request: StaffRequest) -> HttpResponse:
    publishing.publish(actor=request.actor)
    messages.success(request, _("Sent. The public reads it with the next release of the numbers."))
    return see_other("strategy:plan")


urlpatterns = [
    path("", home, name="plan"),
    path("publish/", publish, name="publish"),
    path("plans/new/", new, name="new"),
    path("plans/<slug:reference>/", strategy, name="strategy"),
    path("plans/<slug:reference>/revise/", revise, name="revise"),
    path("plans/<slug:reference>/goals/new/", goal, name="new-goal"),
    path("plans/<slug:reference>/goals/<slug:code>/", goal, name="goal"),
    path("plans/<slug:reference>/policies/", policy, name="policy"),
    path("plans/<slug:reference>/approve/", approve, name="approve"),
    path("plans/<slug:reference>/close/", close, name="close"),
]
