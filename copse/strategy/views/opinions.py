"""What the children's rights institution found, and what it was replied."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.strategy.forms.opinions import OpinionForm, ReplyForm
from copse.strategy.models import Opinion
from copse.strategy.queries import council_shown as shown
from copse.strategy.queries import opinions as queries
from copse.strategy.queries import wording
from copse.strategy.services import opinions as services
from copse.strategy.views.keeping import done, kept
from copse.strategy.workflow import OpinionAction, OpinionStage


@require_safe
@guarded(OpinionAction.INSPECT)
def home(request: StaffRequest) -> HttpResponse:
    """Every opinion, those that wait for a reply first."""
    found = queries.opinions_for(request.actor)
    may_write = bool(may(request.actor, OpinionAction.WRITE))
    context = {"rows": shown.opinion_list(found), "may_write": may_write}
    return render(request, "strategy/opinions.html", context)


@require_http_methods(["GET", "POST"])
@guarded(OpinionAction.WRITE)
def write(request: StaffRequest) -> HttpResponse:
    form, made = OpinionForm(request.POST or None), list[Opinion]()

    def act(**fields: Any) -> None:
        made.append(services.write(actor=request.actor, **fields))

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:opinion", made[0].reference)
    return render(request, "strategy/opinion_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@guarded(OpinionAction.WRITE)
def rewrite(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.opinion_for(request.actor, reference)
    names = ("title", "body", "brief_action")
    form = OpinionForm(request.POST or None, initial={one: getattr(found, one) for one in names})

    def act(**fields: Any) -> None:
        services.rewrite(actor=request.actor, opinion=found, **fields)

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:opinion", reference)
    return render(request, "strategy/opinion_form.html", {"form": form, "opinion": found})


@require_safe
@guarded(OpinionAction.INSPECT)
def opinion(request: StaffRequest, reference: str) -> HttpResponse:
    return _page(request, queries.opinion_for(request.actor, reference), ReplyForm())


def _page(request: StaffRequest, found: Opinion, form: ReplyForm) -> HttpResponse:
    draft, waits = found.stage == OpinionStage.DRAFT, found.stage == OpinionStage.PUBLISHED
    context = {
        "opinion": found,
        "tag": shown.OPINION[found.stage],
        "clock": shown.opinion_clock(found),
        "late": queries.is_late(found),
        "action_title": wording.label(found.brief_action) if found.brief_action else "",
        "may_publish": draft and bool(may(request.actor, OpinionAction.PUBLISH, found)),
        "may_reply": waits and bool(may(request.actor, OpinionAction.REPLY, found)),
        "form": form,
    }
    return render(request, "strategy/opinion.html", context)


@require_POST
@guarded(OpinionAction.PUBLISH)
def publish(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.opinion_for(request.actor, reference)
    done(request, lambda: services.publish(actor=request.actor, opinion=found))
    return see_other("strategy:opinion", reference)


@require_POST
@guarded(OpinionAction.REPLY)
def reply(request: StaffRequest, reference: str) -> HttpResponse:
    found, form = queries.opinion_for(request.actor, reference), ReplyForm(request.POST)

    def act(reply: str) -> None:
        services.reply(actor=request.actor, opinion=found, reply=reply)

    if not kept(form, act):
        return _page(request, found, form)
    return see_other("strategy:opinion", reference)


urlpatterns = [
    path("opinions/", home, name="opinions"),
    path("opinions/new/", write, name="new-opinion"),
    path("opinions/<slug:reference>/", opinion, name="opinion"),
    path("opinions/<slug:reference>/write/", rewrite, name="rewrite-opinion"),
    path("opinions/<slug:reference>/publish/", publish, name="publish-opinion"),
    path("opinions/<slug:reference>/reply/", reply, name="reply"),
]
