"""The desk that publishes."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import SeeOther, StaffRequest, guarded, see_other
from copse.observatory import queries, services
from copse.observatory.forms import AnnounceForm, ReleaseForm
from copse.observatory.queries.opendata import Unlisted
from copse.observatory.views.indicators import kept
from copse.observatory.workflow import Action


@require_safe
@guarded(Action.VIEW)
def releases(request: StaffRequest) -> HttpResponse:
    return _releases(request)


def _releases(
    request: StaffRequest, form: ReleaseForm | None = None, announcing: AnnounceForm | None = None
) -> HttpResponse:
    context = {
        "form": form or ReleaseForm(months=queries.months_offered()),
        "announcing": announcing or AnnounceForm(months=queries.months_to_come()),
        "coming": queries.coming(),
        "releases": [(one, queries.months_of(one)) for one in queries.releases_for(request.actor)],
    }
    return render(request, "observatory/releases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Action.ANNOUNCE)
def announce(request: StaffRequest) -> HttpResponse:
    """Tell the public a day, or move one."""
    if request.method != "POST":
        # Whoever reads the answer in another language comes here.
        return see_other("observatory:releases")
    form = AnnounceForm(request.POST, months=queries.months_to_come())
    if form.is_valid():
        act = partial(services.announce, actor=request.actor, **form.cleaned_data)
        if kept(form, act):
            messages.success(request, _("The public is told of that day."))
            return see_other("observatory:releases")
    return _releases(request, announcing=form)


@require_safe
@guarded(Action.VIEW)
def release(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.release_for(request.actor, reference)
    figures = queries.page_of(found.sha256, found.body)
    return render(request, "observatory/release.html", {"release": found, "figures": figures})


@require_POST
@guarded(Action.EXAMINE)
def examine(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.POST, months=queries.months_offered())
    if not form.is_valid():
        return _no_month(request)
    return _ask(request, form)


def _ask(request: StaffRequest, form: ReleaseForm) -> HttpResponse:
    try:
        services.ask(actor=request.actor, **form.cleaned_data)
    except services.Busy as busy:
        messages.warning(request, busy.sentence)
        return see_other("observatory:releases")
    chosen = urlencode(form.cleaned_data, doseq=True)
    return SeeOther(f"{reverse('observatory:preview')}?{chosen}")


@require_safe
@guarded(Action.VIEW)
def preview(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.GET, months=queries.months_offered())
    if not form.is_valid():
        return _releases(request, form)
    chosen = form.cleaned_data
    try:
        body = services.preview(actor=request.actor, examined=True, **chosen)
    except services.NotExamined:
        asked = queries.examination_for(request.actor, **chosen)
        return render(request, "observatory/examining.html", {"form": form, "asked": asked})
    except services.Blocked as blocked:
        return _blocked(request, form, blocked)
    except Unlisted as unlisted:
        return _unlisted(request, unlisted)
    context = {"figures": queries.page_of_text(body), "form": form}
    return render(request, "observatory/preview.html", context)


def _blocked(request: StaffRequest, form: ReleaseForm, blocked: services.Blocked) -> HttpResponse:
    context = {
        "until": form.cleaned_data["until"],
        "cells": queries.narrow_cells(blocked.narrow),
        "without": {*form.cleaned_data["without"], *blocked.facts_named},
    }
    return render(request, "observatory/blocked.html", context, status=409)


def _unlisted(request: StaffRequest, unlisted: Unlisted) -> HttpResponse:
    what_to_do = _("Nothing was published. Ask the desk that counts it to correct the code.")
    messages.error(request, f"{unlisted.sentence} {what_to_do}")
    return see_other("observatory:releases")


def _no_month(request: StaffRequest) -> HttpResponse:
    messages.error(request, _("Choose the last month of the release."))
    return see_other("observatory:releases")


@require_POST
@guarded(Action.PUBLISH)
def publish(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.POST, months=queries.months_offered())
    if not form.is_valid():
        return _no_month(request)
    try:
        made = services.publish(actor=request.actor, examined=True, **form.cleaned_data)
        messages.success(request, _("Published as %(name)s.") % {"name": made.reference})
    except services.NotExamined:
        return _ask(request, form)
    except services.NothingNew:
        messages.warning(request, _("Nothing has changed: these numbers are public already."))
    except services.Blocked as blocked:
        return _blocked(request, form, blocked)
    except Unlisted as unlisted:
        return _unlisted(request, unlisted)
    return see_other("observatory:releases")
