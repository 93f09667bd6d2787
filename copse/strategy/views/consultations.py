"""Consultations: what is asked, how people are kept safe, what they said, and their answer."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.strategy.forms.consultations import AnswerForm, DesignForm, HeardForm
from copse.strategy.models import Consultation
from copse.strategy.queries import consultations as queries
from copse.strategy.queries import council_shown as shown
from copse.strategy.services import consultations as services
from copse.strategy.views.keeping import done, kept
from copse.strategy.workflow import CONSULTATION, ConsultationAction, PlanAction


@require_safe
@guarded(PlanAction.VIEW)
def home(request: StaffRequest) -> HttpResponse:
    """Every consultation, those who wait for an answer first."""
    found = queries.consultations_for(request.actor)
    plans = queries.plans_for(request.actor)
    may_design = plans and may(request.actor, ConsultationAction.DESIGN)
    context = {"rows": shown.consultation_list(found), "may_design": bool(may_design)}
    return render(request, "strategy/consultations.html", context)


@require_http_methods(["GET", "POST"])
@guarded(ConsultationAction.DESIGN)
def design(request: StaffRequest) -> HttpResponse:
    """Design a consultation about a plan; a draft is not signed before it heard children."""
    plans = queries.plans_for(request.actor)
    if not plans:
        return see_other("strategy:plan")
    form, made = DesignForm(request.POST or None, plans=plans), list[Consultation]()

    def act(plan: str, **fields: Any) -> None:
        strategy = next(one for one in plans if one.reference == plan)
        made.append(services.design(actor=request.actor, strategy=strategy, **fields))

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:consultation", made[0].reference)
    return render(request, "strategy/consultation_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@guarded(ConsultationAction.DESIGN)
def redesign(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    names = ("title", "question", "groups", "children", "safeguarding")
    form = DesignForm(request.POST or None, initial={one: getattr(found, one) for one in names})

    def act(**fields: Any) -> None:
        services.redesign(actor=request.actor, consultation=found, **fields)

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:consultation", reference)
    return render(request, "strategy/consultation_form.html", {"form": form, "consultation": found})


@require_safe
@guarded(PlanAction.VIEW)
def consultation(request: StaffRequest, reference: str) -> HttpResponse:
    return _page(request, queries.consultation_for(request.actor, reference), {})


def _page(request: StaffRequest, found: Consultation, more: dict[str, Any]) -> HttpResponse:
    heard = {"groups": found.groups}
    context = {
        "consultation": found,
        "tag": shown.CONSULTATION[found.stage],
        "clock": shown.consultation_clock(found),
        "rows": shown.consultation_rows(found),
        "safeguard": may(request.actor, ConsultationAction.SAFEGUARD, found),
        "open": _open(request, found),
        "heard_form": HeardForm(initial=heard),
        "answer_form": AnswerForm(),
        **more,
    }
    return render(request, "strategy/consultation.html", context)


def _open(request: StaffRequest, found: Consultation) -> dict[str, bool]:
    """Which steps the process has from here, and this person may take."""
    return {
        one.rsplit(".", 1)[-1]: bool(may(request.actor, ConsultationAction(one), found))
        for one in CONSULTATION.steps(found.stage)
    } | {"design": bool(may(request.actor, ConsultationAction.DESIGN, found))}


@require_POST
@guarded(ConsultationAction.SAFEGUARD)
def safeguard(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    done(request, lambda: services.safeguard(actor=request.actor, consultation=found))
    return see_other("strategy:consultation", reference)


@require_POST
@guarded(ConsultationAction.OPEN)
def open_(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    done(request, lambda: services.open_(actor=request.actor, consultation=found))
    return see_other("strategy:consultation", reference)


@require_POST
@guarded(ConsultationAction.HEAR)
def hear(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    form = HeardForm(request.POST)

    def act(**fields: Any) -> None:
        services.hear(actor=request.actor, consultation=found, **fields)

    if not kept(form, act):
        return _page(request, found, {"heard_form": form})
    return see_other("strategy:consultation", reference)


@require_POST
@guarded(ConsultationAction.ANSWER)
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    form = AnswerForm(request.POST)

    def act(answer: str) -> None:
        services.answer(actor=request.actor, consultation=found, answer=answer)

    if not kept(form, act):
        return _page(request, found, {"answer_form": form})
    return see_other("strategy:consultation", reference)


@require_POST
@guarded(ConsultationAction.CLOSE)
def close(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.consultation_for(request.actor, reference)
    done(request, lambda: services.close(actor=request.actor, consultation=found))
    return see_other("strategy:consultation", reference)


urlpatterns = [
    path("consultations/", home, name="consultations"),
    path("consultations/new/", design, name="new-consultation"),
    path("consultations/<slug:reference>/", consultation, name="consultation"),
    path("consultations/<slug:reference>/design/", redesign, name="redesign"),
    path("consultations/<slug:reference>/safeguard/", safeguard, name="safeguard"),
    path("consultations/<slug:reference>/open/", open_, name="open-consultation"),
    path("consultations/<slug:reference>/heard/", hear, name="hear"),
    path("consultations/<slug:reference>/answer/", answer, name="answer-consultation"),
    path("consultations/<slug:reference>/close/", close, name="close-consultation"),
]
