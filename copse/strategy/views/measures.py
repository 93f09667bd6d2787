"""A measure of the plan with its owners, money and milestones, and the 44 actions of the brief."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.base.web.steps import Step, step_for
from copse.kit.errors import CopseError, InputError, RefusedError
from copse.strategy.forms import plan as forms
from copse.strategy.models import Measure
from copse.strategy.queries import evidence, plan, shown, warnings, wording
from copse.strategy.services import plan as services
from copse.strategy.services import steps
from copse.strategy.workflow import ACTION, ActionAction, PlanAction

TITLES = {
    ActionAction.AGREE: gettext_lazy("Its owners agree"),
    ActionAction.FUND: gettext_lazy("Its money is given"),
    ActionAction.START: gettext_lazy("Work begins"),
    ActionAction.FINISH: gettext_lazy("Work is done"),
    ActionAction.RESUME: gettext_lazy("Take it up again"),
}
VERBS: dict[str, Callable[..., Measure]] = {
    "agree": steps.agree,
    "fund": steps.fund,
    "start": steps.start,
    "finish": steps.finish,
    "resume": steps.resume,
}


@require_safe
@guarded(PlanAction.VIEW)
def measure(request: StaffRequest, reference: str) -> HttpResponse:
    return _page(request, plan.measure_for(request.actor, reference), {})


def _page(request: StaffRequest, found: Measure, more: dict[str, Any]) -> HttpResponse:
    lacking = warnings.of_measure(found, timezone.localdate())
    context = {
        "measure": found,
        "tag": wording.MEASURE[found.stage],
        "action_title": wording.label(found.brief_action),
        "facts": shown.measure_rows(found),
        "owners": shown.owners(found),
        "money": shown.money(found),
        "milestones": sorted(found.milestones.all(), key=lambda one: one.due),
        "warnings": [warnings.sentence(one) for one in lacking],
        "steps": _steps(request, found),
        "may_edit": bool(may(request.actor, PlanAction.EDIT)),
        "may_stop": ACTION.allows(found.stage, ActionAction.STOP)
        and bool(may(request.actor, ActionAction.STOP, found)),
        "owner_form": forms.OwnerForm(),
        "money_form": forms.MoneyForm(),
        "milestone_form": forms.MilestoneForm(),
        "stop_form": forms.StopForm(),
        **more,
    }
    return render(request, "strategy/measure.html", context)


def _steps(request: StaffRequest, found: Measure) -> list[Step]:
    open_steps = [ActionAction(one) for one in ACTION.steps(found.stage)]
    return [
        step_for(
            request.actor, one, found, title=TITLES[one],
            href=reverse("strategy:step", args=[found.reference, one.rsplit(".", 1)[-1]]),
        )
        for one in open_steps if one in TITLES
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@guarded(PlanAction.EDIT)
def new(request: StaffRequest, reference: str, code: str) -> HttpResponse:
    goal = plan.goal_for(request.actor, reference, code)
    form = forms.MeasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose(actor=request.actor, goal=goal, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, error.sentence)
        else:
            return see_other("strategy:measure", made.reference)
    return render(request, "strategy/measure_form.html", {"form": form, "goal": goal})


@require_http_methods(["GET", "POST"])
@guarded(PlanAction.EDIT)
def rewrite(request: StaffRequest, reference: str) -> HttpResponse:
    found = plan.measure_for(request.actor, reference)
    names = ("brief_action", "title", "what", "instrument", "options_rejected", "risks", "due")
    initial = {name: getattr(found, name) for name in names}
    initial["articles"] = ", ".join(found.articles)
    form = forms.MeasureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.rewrite(actor=request.actor, measure=found, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, error.sentence)
        else:
            return see_other("strategy:measure", reference)
    context = {"form": form, "goal": found.goal, "measure": found}
    return render(request, "strategy/measure_form.html", context)


@require_POST
@guarded(PlanAction.VIEW)
def step(request: StaffRequest, reference: str, verb: str) -> HttpResponse:
    """Take one step. The service asks whether this person may."""
    found = plan.measure_for(request.actor, reference)
    if verb not in VERBS:
        raise Http404
    return _done(request, found, lambda: VERBS[verb](actor=request.actor, measure=found))


@require_POST
@guarded(ActionAction.STOP)
def stop(request: StaffRequest, reference: str) -> HttpResponse:
    found = plan.measure_for(request.actor, reference)
    form = forms.StopForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"stop_form": form})
    return _done(
        request, found, lambda: steps.stop(actor=request.actor, measure=found, **form.cleaned_data)
    )


@require_POST
@guarded(PlanAction.EDIT)
def owner(request: StaffRequest, reference: str) -> HttpResponse:
    """Add an organisation, or change its part."""
    found = plan.measure_for(request.actor, reference)
    form = forms.OwnerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"owner_form": form})
    chosen = form.cleaned_data
    kept = [
        (one.organisation_id, one.part, one.group)
        for one in found.owners.all() if str(one.organisation_id) != chosen["organisation"]
    ]  # fmt: skip
    wanted = [*kept, (chosen["organisation"], chosen["part"], chosen["group"])]
    return _kept(
        request, found, form, "owner_form",
        lambda: services.name_owners(actor=request.actor, measure=found, owners=wanted),
    )  # fmt: skip


@require_POST
@guarded(PlanAction.EDIT)
def money(request: StaffRequest, reference: str) -> HttpResponse:
    found = plan.measure_for(request.actor, reference)
    form = forms.MoneyForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"money_form": form})
    return _kept(
        request, found, form, "money_form",
        lambda: services.set_money(actor=request.actor, measure=found, **form.cleaned_data),
    )  # fmt: skip


@require_POST
@guarded(PlanAction.EDIT)
def milestone(request: StaffRequest, reference: str) -> HttpResponse:
    found = plan.measure_for(request.actor, reference)
    form = forms.MilestoneForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"milestone_form": form})
    return _kept(
        request, found, form, "milestone_form",
        lambda: services.add_milestone(actor=request.actor, measure=found, **form.cleaned_data),
    )  # fmt: skip


@require_POST
@guarded(PlanAction.EDIT)
def reach(request: StaffRequest, reference: str, key: str) -> HttpResponse:
    found = plan.measure_for(request.actor, reference)
    reached = plan.milestone_for(request.actor, found, key)
    services.reach(actor=request.actor, milestone=reached, on=timezone.localdate())
    return see_other("strategy:measure", reference)


def _kept(
    request: StaffRequest, found: Measure, form: Form, name: str, act: Callable[[], Any]
) -> HttpResponse:
    """Act, or show the form again with what is wrong; what was typed stays."""
    try:
        act()
    except InputError as error:
        field = str(error.facts.get("field", ""))
        form.add_error(field if field in form.fields else None, error.sentence)
        return _page(request, found, {name: form})
    except RefusedError as error:
        form.add_error(None, error.sentence)
        return _page(request, found, {name: form})
    return see_other("strategy:measure", found.reference)


def _done(request: StaffRequest, found: Measure, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except CopseError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("It is written down."))
    return see_other("strategy:measure", found.reference)


@require_safe
@guarded(PlanAction.VIEW)
def actions(request: StaffRequest) -> HttpResponse:
    """The actions of the brief, and what shows each of them here."""
    return render(request, "strategy/actions.html", {"areas": shown.areas()})


@require_safe
@guarded(PlanAction.VIEW)
def action(request: StaffRequest, code: str) -> HttpResponse:
    return _action(request, code, forms.DocumentForm())


def _action(request: StaffRequest, code: str, form: forms.DocumentForm) -> HttpResponse:
    found = evidence.of_or_404(code)
    may_edit = bool(may(request.actor, PlanAction.EDIT))
    context = {**shown.action(found), "form": form, "may_edit": may_edit}
    return render(request, "strategy/action.html", context)


@require_POST
@guarded(PlanAction.EDIT)
def document(request: StaffRequest, code: str) -> HttpResponse:
    form = forms.DocumentForm(request.POST)
    if not form.is_valid():
        return _action(request, code, form)
    evidence.of_or_404(code)
    services.attach(actor=request.actor, brief_action=code, **form.cleaned_data)
    return see_other("strategy:action", code)


urlpatterns = [
    path("plans/<slug:reference>/goals/<slug:code>/measures/new/", new, name="new-measure"),
    path("measures/<slug:reference>/", measure, name="measure"),
    path("measures/<slug:reference>/rewrite/", rewrite, name="rewrite"),
    path("measures/<slug:reference>/stop/", stop, name="stop"),
    path("measures/<slug:reference>/owners/", owner, name="owner"),
    path("measures/<slug:reference>/money/", money, name="money"),
    path("measures/<slug:reference>/milestones/", milestone, name="milestone"),
    path("measures/<slug:reference>/milestones/<uuid:key>/", reach, name="reach"),
    path("measures/<slug:reference>/<slug:verb>/", step, name="step"),
    path("actions/", actions, name="actions"),
    path("actions/<slug:code>/", action, name="action"),
    path("actions/<slug:code>/documents/", document, name="document"),
]
