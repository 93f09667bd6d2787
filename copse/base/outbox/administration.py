"""The administrators' page of what did not work, and its buttons."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from copse.base import access
from copse.base.access import Actor, StaffRequest, guarded, see_other
from copse.base.outbox import troubles
from copse.base.outbox.wording import parcel_line, room_title
from copse.base.outbox.workflow import AdministrationAction as Action


@require_safe
@guarded(Action.VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    found = troubles.troubles_for(request.actor)
    context = {
        "found": found,
        "jobs": [(job, room_title(job.room)) for job in found.jobs[: troubles.SHOWN]],
        "parcels": [parcel_line(one) for one in found.parcels[: troubles.SHOWN]],
        "more": max(len(found.jobs), len(found.parcels)) > troubles.SHOWN,
        "may_retry": access.may(request.actor, Action.RETRY),
    }
    return render(request, "outbox/troubles.html", context)


def _pressed(
    request: StaffRequest, act: Callable[[Actor, Any], bool], key: int | UUID, said: str
) -> HttpResponse:
    if act(request.actor, key):
        messages.success(request, said)
    else:
        messages.info(request, _("This was done already."))
    return see_other("administration:troubles")


@require_POST
@guarded(Action.RETRY)
def retry_job(request: StaffRequest, number: int) -> HttpResponse:
    return _pressed(request, troubles.retry_job, number, _("It is being tried again."))


@require_POST
@guarded(Action.DISMISS)
def dismiss_job(request: StaffRequest, number: int) -> HttpResponse:
    return _pressed(request, troubles.dismiss_job, number, _("It was put aside."))


@require_POST
@guarded(Action.RETRY)
def retry_parcel(request: StaffRequest, parcel: UUID) -> HttpResponse:
    return _pressed(request, troubles.retry_parcel, parcel, _("It is being tried again."))
