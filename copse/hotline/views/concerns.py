"""Pages about concerns that a person answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may
from copse.hotline.forms import MessageForm, PassOnForm
from copse.hotline.queries import concerns as queries
from copse.hotline.services import concerns, phrases
from copse.hotline.views import see_other
from copse.hotline.views.buttons import concern_steps
from copse.hotline.workflow import CONCERN, ConcernAction
from copse.kit.errors import StepNotAllowed


def _home(ref: str) -> HttpResponse:
    return see_other("hotline:concern", ref)


@require_safe
@guarded(ConcernAction.VIEW)
def people(request: StaffRequest) -> HttpResponse:
    page_of = queries.queue_for(request.actor, request.GET.get("after", ""))
    context = {"page_of": page_of, "held": queries.held_by(request.actor)}
    return render(request, "hotline/people.html", context)


@require_safe
@never_cache
@guarded(ConcernAction.VIEW)
def concern(request: StaffRequest, ref: str) -> HttpResponse:
    return _page(request, ref)


@require_safe
@never_cache
@guarded(ConcernAction.STORY)
def story(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.concern_for(request.actor, ref)
    told = queries.story_for(request.actor, found)
    return _page(request, ref, told=told, thread=queries.thread_for(request.actor, found))


def _page(request: StaffRequest, ref: str, **more: object) -> HttpResponse:
    viewer = request.actor
    found = queries.concern_for(viewer, ref)
    steps = CONCERN.steps(found.stage)
    say = request.GET.get("say", "")
    ready = {"text": phrases.said(say, found.language), "status": phrases.status_of(say)}
    context = {
        "concern": found,
        "steps": concern_steps(viewer, found),
        "phrases": phrases.offered(found.language),
        "materials": queries.materials_of(viewer, found),
        "may_answer": ConcernAction.ANSWER in steps and may(viewer, ConcernAction.ANSWER, found),
        "form": MessageForm(initial=ready),
        "pass_on": PassOnForm(queries.services_for(found)),
    }
    return render(request, "hotline/concern.html", {**context, **more})


@require_POST
@guarded(ConcernAction.CLAIM)
def claim(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        concerns.claim(actor=request.actor, concern=queries.concern_for(request.actor, ref))
    except StepNotAllowed:
        messages.error(request, _("A colleague was faster. Take another one."))
    return _home(ref)


@require_POST
@guarded(ConcernAction.RELEASE)
def release(request: StaffRequest, ref: str) -> HttpResponse:
    concerns.release(actor=request.actor, concern=queries.concern_for(request.actor, ref))
    return see_other("hotline:people")


@require_POST
@never_cache
@guarded(ConcernAction.ANSWER)
def answer(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.concern_for(request.actor, ref)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, ref, form=form)
    concerns.answer(actor=request.actor, concern=found, **form.cleaned_data)
    messages.success(request, _("Your answer is on its way."))
    return _home(ref)


@require_POST
@guarded(ConcernAction.PASS_ON)
def pass_on(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.concern_for(request.actor, ref)
    form = PassOnForm(queries.services_for(found), request.POST)
    if not form.is_valid():
        return _page(request, ref, pass_on=form)
    concerns.pass_on(actor=request.actor, concern=found, **form.cleaned_data)
    messages.success(request, _("It was passed on."))
    return _home(ref)


@require_POST
@guarded(ConcernAction.CLOSE)
def close(request: StaffRequest, ref: str) -> HttpResponse:
    concerns.close(actor=request.actor, concern=queries.concern_for(request.actor, ref))
    messages.success(request, _("It is closed."))
    return _home(ref)
