"""What is done about decided material: traced, looked at, passed up, reopened, closed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from copse.base.access import StaffRequest, guarded
from copse.hotline.queries import material as queries
from copse.hotline.queries import notices as notice_queries
from copse.hotline.services import checks, endings, notices, tracing
from copse.hotline.views import SeeOther, see_other
from copse.hotline.workflow import Action, NoticeAction
from copse.kit.errors import StepNotAllowed


def _home(ref: str) -> SeeOther:
    return see_other("hotline:material", ref)


@require_GET
@never_cache
@guarded(NoticeAction.VIEW)
def replies(request: StaffRequest, ref: str) -> HttpResponse:
    found = queries.material_for(request.actor, ref)
    sealed = notice_queries.replies_about(request.actor, found)
    context = {"material": found, "replies": notice_queries.opened(request.actor, sealed)}
    return render(request, "hotline/replies.html", context)


@require_POST
@guarded(NoticeAction.TRACE)
def trace(request: StaffRequest, ref: str) -> HttpResponse:
    tracing.ask(actor=request.actor, material=queries.material_for(request.actor, ref))
    messages.success(request, _("It is being traced. Load this page again in a moment."))
    return _home(ref)


@require_POST
@guarded(NoticeAction.CHECK)
def look(request: StaffRequest, ref: str) -> HttpResponse:
    checks.ask(actor=request.actor, material=queries.material_for(request.actor, ref))
    messages.success(request, _("We are looking. Load this page again in a moment."))
    return _home(ref)


@require_POST
@guarded(NoticeAction.PASS_UP)
def pass_up(request: StaffRequest, ref: str) -> HttpResponse:
    notice = notice_queries.notice_for(request.actor, ref)
    try:
        up = notices.pass_up(actor=request.actor, notice=notice)
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    else:
        said = _("The next contact is asked.") if up else _("There is no further contact.")
        messages.info(request, said)
    return _home(notice.material.reference)


@require_POST
@guarded(Action.REOPEN)
def reopen(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        endings.reopen(actor=request.actor, material=queries.material_for(request.actor, ref))
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    return _home(ref)


@require_POST
@guarded(Action.TELL_POLICE)
def tell_police(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        endings.tell_police(actor=request.actor, material=queries.material_for(request.actor, ref))
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    else:
        messages.success(request, _("It is recorded. The notice leaves now."))
    return _home(ref)


@require_POST
@guarded(Action.CLOSE)
def close(request: StaffRequest, ref: str) -> HttpResponse:
    try:
        endings.close(actor=request.actor, material=queries.material_for(request.actor, ref))
    except StepNotAllowed:
        messages.error(request, _("This was done already."))
    else:
        messages.success(request, _("It is closed."))
    return _home(ref)
