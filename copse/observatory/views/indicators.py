"""The indicators at the desk: what is known, and the numbers that people type."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import Denied, StaffRequest, guarded, may, see_other
from copse.kit.errors import InputError, RefusedError
from copse.kit.indicators import catalogue
from copse.observatory.forms import LockForm, NumberForm, ReturnForm
from copse.observatory.models import Observation
from copse.observatory.queries import indicator_page
from copse.observatory.services import observations
from copse.observatory.workflow import ObservationAction


@require_safe
@guarded(ObservationAction.VIEW)
def indicators(request: StaffRequest) -> HttpResponse:
    lines = indicator_page.lines_for(request.actor)
    return render(request, "observatory/indicators.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@guarded(ObservationAction.VIEW)
def indicator(request: StaffRequest, code: str) -> HttpResponse:
    """One indicator; a post types a number, which the service asks about."""
    found = indicator_page.sheet_for(request.actor, code)
    form = NumberForm(request.POST or None, indicator=found.indicator)
    if request.method == "POST" and form.is_valid():
        act = partial(
            observations.type_in, actor=request.actor, code=code, typed=form.typed(),
            period=form.cleaned_data["period"], breakdown=form.breakdown(),
        )  # fmt: skip
        if kept(form, act):
            messages.success(request, _("Kept as a draft. Hand it in when it is right."))
            return see_other("observatory:indicator", code)
    return _indicator(request, found, {"form": form})


def _indicator(request: StaffRequest, found: Any, more: dict[str, Any]) -> HttpResponse:
    may_type = found.indicator.waiting and bool(may(request.actor, ObservationAction.TYPE))
    context = {
        "sheet": found,
        "may_type": may_type,
        "may_lock": bool(found.periods_open) and bool(may(request.actor, ObservationAction.LOCK)),
        "lock_form": LockForm(periods=found.periods_open),
        "return_form": ReturnForm(),
        **more,
    }
    return render(request, "observatory/indicator.html", context)


def kept(form: Form, act: Callable[[], Any]) -> bool:
    """Act, or say in the form what is wrong; what was typed stays."""
    try:
        act()
    except Denied:
        raise  # refused and absent look the same
    except (InputError, RefusedError) as error:
        field = str(error.facts.get("field", ""))
        form.add_error(field if field in form.fields else None, error.sentence)
        return False
    return True


@require_POST
@guarded(ObservationAction.VIEW)
def observation_step(request: StaffRequest, key: UUID, verb: str) -> HttpResponse:
    """Hand a number in, or agree with it. The service asks whether this person may."""
    found = indicator_page.observation_for(request.actor, key)
    verbs = {"submit": observations.submit, "approve": observations.approve}
    if verb not in verbs:
        raise Http404
    return _done(request, found, lambda: verbs[verb](actor=request.actor, observation=found))


@require_POST
@guarded(ObservationAction.RETURN)
def send_back(request: StaffRequest, key: UUID) -> HttpResponse:
    found = indicator_page.observation_for(request.actor, key)
    form = ReturnForm(request.POST)
    form.is_valid()
    because = form.cleaned_data.get("because", "")
    return _done(
        request, found,
        lambda: observations.send_back(actor=request.actor, observation=found, because=because),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@guarded(ObservationAction.REVISE)
def revise(request: StaffRequest, key: UUID) -> HttpResponse:
    """Begin a new vintage of a number that was approved."""
    found = indicator_page.observation_for(request.actor, key)
    named = catalogue()[found.indicator]
    form = NumberForm(request.POST or None, indicator=named, again=True)
    if request.method == "POST" and form.is_valid():
        act = partial(
            observations.revise, actor=request.actor, observation=found, typed=form.typed()
        )
        if kept(form, act):
            return see_other("observatory:indicator", found.indicator)
    return render(request, "observatory/revise.html", {"form": form, "observation": found})


@require_POST
@guarded(ObservationAction.LOCK)
def lock(request: StaffRequest, code: str) -> HttpResponse:
    found = indicator_page.sheet_for(request.actor, code)
    form = LockForm(request.POST, periods=found.periods_open)
    if not form.is_valid():
        messages.error(request, _("Choose a period with an approved value."))
        return see_other("observatory:indicator", code)
    period = form.cleaned_data["period"]
    number = observations.lock(actor=request.actor, code=code, period=period)
    messages.success(request, _("%(period)s is closed: %(number)s values.")
                     % {"period": period, "number": number})  # fmt: skip
    return see_other("observatory:indicator", code)


def _done(request: StaffRequest, found: Observation, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except Denied:
        raise
    except (InputError, RefusedError) as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("It is written down."))
    return see_other("observatory:indicator", found.indicator)
