"""Legal hold on a concern or a material: its page, and its two buttons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may
from copse.hotline.forms import HoldForm
from copse.hotline.models import Concern, Material
from copse.hotline.queries import concerns, material
from copse.hotline.queries import holds as queries
from copse.hotline.services import holds
from copse.hotline.views import see_other
from copse.hotline.workflow import HoldAction
from copse.kit.errors import StepNotAllowed


def _subject(request: StaffRequest, kind: str, ref: str) -> Concern | Material:
    if kind == "concern":
        return concerns.concern_for(request.actor, ref)
    return material.material_for(request.actor, ref)


@require_safe
@never_cache
@guarded(HoldAction.VIEW)
def hold(request: StaffRequest, kind: str, ref: str) -> HttpResponse:
    return _page(request, kind, ref, HoldForm())


def _page(request: StaffRequest, kind: str, ref: str, form: HoldForm) -> HttpResponse:
    viewer, subject = request.actor, _subject(request, kind, ref)
    standing = queries.hold_for(viewer, subject)
    context = {
        "kind": kind,
        "subject": subject,
        "home": f"hotline:{kind}",
        "place": f"hotline:hold-{kind}",
        "hold": standing,
        "note": queries.note_of(viewer, standing) if standing else "",
        "decision": may(viewer, HoldAction.PLACE, subject),
        "form": form,
    }
    return render(request, "hotline/hold.html", context)


@require_POST
@never_cache
@guarded(HoldAction.PLACE)
def place(request: StaffRequest, kind: str, ref: str) -> HttpResponse:
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _page(request, kind, ref, form)
    try:
        holds.place(actor=request.actor, subject=_subject(request, kind, ref), **form.cleaned_data)
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    else:
        messages.success(request, _("It is held. Nothing of it is erased until you lift the hold."))
    return see_other(f"hotline:{kind}", ref)


@require_POST
@guarded(HoldAction.LIFT)
def lift(request: StaffRequest, kind: str, ref: str) -> HttpResponse:
    try:
        holds.lift(actor=request.actor, subject=_subject(request, kind, ref))
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    else:
        messages.success(request, _("The hold is lifted. Its clock runs again."))
    return see_other(f"hotline:{kind}", ref)
