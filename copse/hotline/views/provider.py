"""The page behind the link in a notice: one press, no account."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from copse.base.access import StaffRequest, tokened
from copse.hotline.forms import AnswerForm
from copse.hotline.queries import notices as queries
from copse.hotline.services import letters, notices
from copse.hotline.views import SeeOther
from copse.hotline.workflow import NoticeAction


@require_http_methods(["GET", "HEAD", "POST"])
@tokened(NoticeAction.RESPOND, letters.link_of)
def respond(request: StaffRequest, token: str) -> HttpResponse:
    batch, _ = letters.read_token(token) or (None, None)
    sent = queries.notices_of_batch(request.actor, batch) if batch else []
    if batch is None or not sent:
        raise Http404
    form = AnswerForm(sent, request.POST or None)
    if request.method == "POST" and form.is_valid():
        notices.respond(actor=request.actor, batch=batch, answers=form.answers())
        return SeeOther(f"{request.path}?thanks")
    context = {"form": form, "thanks": "thanks" in request.GET}
    return render(request, "hotline/provider.html", context)
