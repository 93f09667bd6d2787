"""What the law comes to: the 34 questions, the nine verbs, the powers, treaties and labels."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, see_other
from copse.strategy.forms import law as forms
from copse.strategy.models import Provision
from copse.strategy.queries import law, law_shown, law_wording
from copse.strategy.services import grounds, law_answers, law_powers
from copse.strategy.views.law import may_edit, tried
from copse.strategy.workflow import LawAction


@require_safe
@guarded(LawAction.VIEW)
def questions(request: StaffRequest) -> HttpResponse:
    context = {"sections": law_shown.questions()}
    return render(request, "strategy/law_questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.VIEW)
def question(request: StaffRequest, code: str) -> HttpResponse:
    """One question with every answer it was given; whoever may, answers it here."""
    node, answers = law.question_for(request.actor, code)
    standing = next((one for one in answers if one.replaced_on is None), None)
    offered = law.provisions_for(request.actor)
    initial: dict[str, Any] = {}
    if standing is not None:
        chosen = [str(one.provision_id) for one in standing.grounds.all()]
        initial = {"value": standing.value, "provisions": chosen, "note": standing.note}
    form = forms.AnswerForm(request.POST or None, initial=initial, provisions=offered)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        fields["provisions"] = _picked(offered, fields["provisions"])
        if tried(form,
            lambda: law_answers.answer(actor=request.actor, node=node, **fields),
        ):  # fmt: skip
            return see_other("strategy:law-questions")
    context = {
        "question": law_shown.question(node, standing), "hint": law_wording.hint(node),
        "history": law_shown.history(answers), "form": form, "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "strategy/law_question.html", context)


def _picked(offered: list[Provision], keys: list[str]) -> list[Provision]:
    return [one for one in offered if str(one.pk) in set(keys)]


@require_safe
@guarded(LawAction.VIEW)
def verbs(request: StaffRequest) -> HttpResponse:
    titles, rows = law_shown.verbs()
    return render(request, "strategy/law_verbs.html", {"titles": titles, "rows": rows})


@require_safe
@guarded(LawAction.VIEW)
def powers(request: StaffRequest) -> HttpResponse:
    columns, rows = law_shown.matrix()
    counts = law_shown.count_signs(rows)
    context = {
        "columns": columns, "rows": rows, "gaps": law_shown.gaps(rows),
        "yes": counts[law_shown.YES], "gap": counts[law_shown.GAP],
        "unknown": counts[law_shown.NOT_KNOWN],
    }  # fmt: skip
    return render(request, "strategy/law_powers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.VIEW)
def power(request: StaffRequest, harm: str, power: str) -> HttpResponse:
    """One cell of the matrix; whoever may, fills it here."""
    harm_node, power_node, row = law.cell_for(request.actor, harm, power)
    offered = law.provisions_for(request.actor)
    form = forms.PowerForm(request.POST or None, initial=_of_cell(row), provisions=offered)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        fields = {
            "actor": request.actor, "harm": harm_node, "power": power_node,
            "state": given["state"], "holder_id": given["holder"],
            "gap_since": given["gap_since"],
            "provision": next(iter(_picked(offered, [given["provision"]])), None),
        }  # fmt: skip
        if tried(form, lambda: law_powers.set_power(**fields)):
            return see_other("strategy:law-powers")
    holder, article = law_shown.power_rows(row)
    context = {
        "cell": law_shown.cell(harm_node, power_node, row), "holder": holder, "article": article,
        "form": form, "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "strategy/law_power.html", context)


def _of_cell(row: Any) -> dict[str, Any]:
    if row is None:
        return {"state": law.UNKNOWN}
    return {
        "state": row.state, "provision": str(row.provision_id or ""),
        "holder": str(row.holder_id or ""), "gap_since": row.gap_since,
    }  # fmt: skip


@require_safe
@guarded(LawAction.VIEW)
def treaties(request: StaffRequest) -> HttpResponse:
    return render(request, "strategy/treaties.html", {"sections": law_shown.treaties()})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.VIEW)
def treaty(request: StaffRequest, code: str) -> HttpResponse:
    """One treaty with its articles; whoever may, says where the country stands."""
    node, row = law.treaty_for(request.actor, code)
    initial: dict[str, Any] = {"state": law.bonds(node)[0]}
    if row is not None:
        initial = {"state": row.state, "on": row.on, "reservations": row.reservations}
    form = forms.TreatyForm(request.POST or None, initial=initial, treaty=node)
    if request.method == "POST" and form.is_valid():
        fields = {"actor": request.actor, "treaty": node, **form.cleaned_data}
        if tried(form, lambda: law_powers.accede(**fields)):
            return see_other("strategy:treaties")
    context = {
        "node": node, "name": law_wording.name(node), "hint": law_wording.hint(node), "row": row,
        "tag": law_shown.bond(node, row), "form": form, "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "strategy/treaty.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.VIEW)
def labels(request: StaffRequest) -> HttpResponse:
    """The hotline's labels with the law under each; whoever may, lays an article under one."""
    offered = law.provisions_for(request.actor)
    form = forms.GroundForm(request.POST or None, provisions=offered)
    if request.method == "POST" and form.is_valid():
        (provision,) = _picked(offered, [form.cleaned_data["provision"]])
        fields = {
            "actor": request.actor, "label": form.cleaned_data["label"], "provision": provision
        }  # fmt: skip
        if tried(form, lambda: grounds.lay(**fields)):
            messages.success(request, _("Kept. The hotline is told."))
            return see_other("strategy:law-labels")
    context = {"labels": law_shown.labels(), "form": form, "may_edit": may_edit(request)}
    return render(request, "strategy/law_labels.html", context)


@require_POST
@guarded(LawAction.EDIT)
def take_away(request: StaffRequest, key: UUID) -> HttpResponse:
    grounds.take_away(actor=request.actor, ground=law.ground_for(request.actor, key))
    messages.success(request, _("Taken away. The hotline is told."))
    return see_other("strategy:law-labels")


urlpatterns = [
    path("law/questions/", questions, name="law-questions"),
    path("law/questions/<slug:code>/", question, name="law-question"),
    path("law/verbs/", verbs, name="law-verbs"),
    path("law/powers/", powers, name="law-powers"),
    path("law/powers/<slug:harm>/<slug:power>/", power, name="law-power"),
    path("law/treaties/", treaties, name="treaties"),
    path("law/treaties/<slug:code>/", treaty, name="treaty"),
    path("law/labels/", labels, name="law-labels"),
    path("law/labels/<uuid:key>/take-away/", take_away, name="law-label-take-away"),
]
