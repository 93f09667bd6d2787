"""Two sides: the public numbers, and the desk that publishes them."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import Denied, StaffRequest, guarded, may, public, see_other
from copse.base.web.context import page_for
from copse.kit.errors import InputError, RefusedError
from copse.kit.indicators import catalogue
from copse.observatory import queries, services
from copse.observatory.forms import LockForm, NumberForm, ReleaseForm, ReturnForm
from copse.observatory.models import Observation, Release
from copse.observatory.queries import indicator_page
from copse.observatory.services import observations
from copse.observatory.workflow import Action, ObservationAction

FRESH_FOR = 300


@require_safe
@public("public")
def numbers(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release())


@require_safe
@public("public")
def past(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A release as it was published, whatever was corrected since."""
    return _page(request, queries.public_release(reference))


def _page(request: HttpRequest, release: Release | None) -> HttpResponseBase:
    # Without the request, so that no session, cookie or message can come into a shared page.
    context: dict[str, Any] = {"page": page_for(request), "release": release}
    context["coming"] = queries.coming()
    if release is not None:
        context["figures"] = queries.page_of(release.sha256, release.body)
    html = render_to_string("observatory/numbers.html", context)
    # The calendar stands on the page too, so the mark is of the page and not of the release.
    digest = hashlib.sha256(html.encode()).hexdigest()
    return _shared(request, HttpResponse(html), f"{digest}-{get_language()}")


@require_safe
@public("public")
def figures_json(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("{}\n", "application/json", status=404)
    return _json(request, release)


@require_safe
@public("public")
def past_json(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _json(request, queries.public_release(reference))


def _json(request: HttpRequest, release: Release) -> HttpResponseBase:
    return _shared(request, HttpResponse(release.body, "application/json"), release.sha256)


@require_safe
@public("public")
def figures_csv(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("", "text/csv", status=404)
    return _csv(request, release)


@require_safe
@public("public")
def past_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _csv(request, queries.public_release(reference))


def _csv(request: HttpRequest, release: Release) -> HttpResponseBase:
    text = queries.figures_of(release.sha256, release.body).csv()
    response = HttpResponse(text, "text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="numbers-{release.reference}.csv"'
    return _shared(request, response, f"{release.sha256}-csv")


def _shared(request: HttpRequest, response: HttpResponse, mark: str) -> HttpResponseBase:
    """Let everybody's cache keep the answer until the next release."""
    etag = f'"{mark}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=FRESH_FOR)
    return get_conditional_response(request, etag, None, response) or response


@require_safe
@guarded(Action.VIEW)
def releases(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(months=queries.months_offered())
    found = queries.releases_for(request.actor)
    return render(request, "observatory/releases.html", {"form": form, "releases": found})


@require_safe
@guarded(Action.VIEW)
def release(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.release_for(request.actor, reference)
    figures = queries.page_of(found.sha256, found.body)
    return render(request, "observatory/release.html", {"release": found, "figures": figures})


@require_safe
@guarded(Action.VIEW)
def preview(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.GET, months=queries.months_offered())
    if not form.is_valid():
        found = queries.releases_for(request.actor)
        return render(request, "observatory/releases.html", {"form": form, "releases": found})
    chosen = form.cleaned_data
    try:
        body = services.preview(actor=request.actor, **chosen)
    except services.Blocked as blocked:
        return _blocked(request, form, blocked)
    context = {"figures": queries.page_of_text(body), "form": form}
    return render(request, "observatory/preview.html", context)


def _blocked(request: StaffRequest, form: ReleaseForm, blocked: services.Blocked) -> HttpResponse:
    context = {
        "until": form.cleaned_data["until"],
        "cells": queries.narrow_cells(blocked.narrow),
        "without": {*form.cleaned_data["without"], *blocked.facts_named},
    }
    return render(request, "observatory/blocked.html", context, status=409)


@require_POST
@guarded(Action.PUBLISH)
def publish(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.POST, months=queries.months_offered())
    if form.is_valid():
        try:
            made = services.publish(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Published as %(name)s.") % {"name": made.reference})
        except services.NothingNew:
            messages.warning(request, _("Nothing has changed: these numbers are public already."))
        except services.Blocked as blocked:
            return _blocked(request, form, blocked)
    else:
        messages.error(request, _("Choose the last month of the release."))
    return see_other("observatory:releases")


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
        if _kept(form, act):
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


def _kept(form: Form, act: Callable[[], Any]) -> bool:
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
        if _kept(form, act):
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
