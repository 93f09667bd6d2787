"""Pages about material: the queue, one material, a reading, an address copied out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base import vault
from copse.base.access import StaffRequest, guarded
from copse.hotline.forms import ReadingForm
from copse.hotline.models import Reading
from copse.hotline.queries import concerns as concern_queries
from copse.hotline.queries import labels
from copse.hotline.queries import material as queries
from copse.hotline.queries import notices as notice_queries
from copse.hotline.services import materials, readings
from copse.hotline.views import see_other
from copse.hotline.views.buttons import notices_with_buttons, steps_of, why_no_notice
from copse.hotline.workflow import Action
from copse.kit.errors import RefusedError, StepNotAllowed


def _home(ref: str) -> HttpResponse:
    return see_other("hotline:material", ref)


@require_safe
@guarded(Action.VIEW)
def queue(request: StaffRequest) -> HttpResponse:
    viewer = request.actor
    context = {
        "page_of": queries.queue_for(viewer, request.GET.get("after", "")),
        "held": queries.held_by(viewer),
        "escalated": queries.escalated_for(viewer),
        "unanswered": notice_queries.unanswered_for(viewer),
        "people": concern_queries.queue_for(viewer).rows[:3],
    }
    return render(request, "hotline/queue.html", context)


@require_safe
@guarded(Action.VIEW)
def done(request: StaffRequest) -> HttpResponse:
    return render(request, "hotline/done.html", {"found": queries.done_for(request.actor)})


@require_safe
@guarded(Action.VIEW)
def looks(request: StaffRequest) -> HttpResponse:
    context = {"looks": queries.looks_today(request.actor), "budget": materials.budget()}
    return render(request, "hotline/looks.html", context)


@require_safe
@guarded(Action.VIEW)
def search(request: StaffRequest) -> HttpResponse:
    ref = request.GET.get("ref", "").strip().upper().replace("\0", "")[:16]
    page = "hotline:concern" if ref.startswith("C-") else "hotline:material"
    return see_other(page, ref) if ref else see_other("hotline:queue")


@require_safe
@never_cache
@guarded(Action.VIEW)
def material(request: StaffRequest, ref: str) -> HttpResponse:
    viewer = request.actor
    found = queries.material_for(viewer, ref)
    context = {
        "material": found,
        "steps": steps_of(viewer, found),
        "waits_for": why_no_notice(viewer, found),
        "readings": queries.readings_for(viewer, found),
        "concerns": queries.concerns_about(viewer, found),
        "clocks": queries.clocks_of(found),
        "looks": queries.looks_today(viewer),
        "budget": materials.budget(),
        "trace": notice_queries.trace_for(viewer, found),
        "notices": notices_with_buttons(viewer, notice_queries.notices_for(viewer, found)),
        "checks": notice_queries.checks_for(viewer, found),
        "replies": notice_queries.replies_about(viewer, found),
        "notes": queries.notes_about(viewer, found),
        "basis": labels.basis_of(found.label),
    }
    return render(request, "hotline/material.html", context)


@require_safe
@never_cache
@guarded(Action.NOTE)
def notes(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    sealed = queries.notes_about(request.actor, found)
    context = {"material": found, "notes": [(one, *_opened(request, one)) for one in sealed]}
    return render(request, "hotline/notes.html", context)


def _opened(request: StaffRequest, reading: Reading) -> tuple[str, str]:
    """A note's words, or the sentence that says why nobody reads them here."""
    try:
        return queries.note_of(request.actor, reading), ""
    except (vault.Locked, vault.Erased) as closed:
        return "", closed.sentence


@require_POST
@guarded(Action.CLAIM)
def take_next(request: StaffRequest) -> HttpResponse:
    found = materials.take_next(actor=request.actor)
    if found is None:
        messages.info(request, _("Nothing waits for you."))
        return see_other("hotline:queue")
    return _home(found.reference)


@require_POST
@guarded(Action.CLAIM)
def claim(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    try:
        materials.claim(actor=request.actor, material=found)
    except StepNotAllowed:
        messages.error(request, _("A colleague was faster. Take another one."))
    return _home(ref)


@require_POST
@guarded(Action.RELEASE)
def release(request: StaffRequest, ref: str) -> HttpResponse:
    materials.release(actor=request.actor, material=queries.material_for(request.actor, ref))
    messages.success(request, _("It is back in the queue."))
    return see_other("hotline:queue")


@require_POST
@guarded(Action.REVEAL, fresh=True)
def reveal(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    try:
        materials.reveal(actor=request.actor, material=found)
    except materials.BudgetSpent as spent:
        messages.error(request, spent.sentence)
        return _home(ref)
    return see_other("hotline:address", ref)


@require_safe
@never_cache
@guarded(Action.REVEAL)
def address(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    if not queries.address_copied(request.actor, found):
        return _home(ref)
    return render(request, "hotline/address.html", {"material": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@guarded(Action.READ)
def read(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            readings.read(actor=request.actor, material=found, **form.cleaned_data)
        except RefusedError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("Your reading is kept."))
        return see_other("hotline:queue")
    return render(request, "hotline/read.html", {"material": found, "form": form})
