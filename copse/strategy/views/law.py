"""The register of laws: every law, one with its articles and texts, and what changes them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.kit.errors import InputError
from copse.strategy.forms import law as forms
from copse.strategy.models import Work
from copse.strategy.queries import law, law_shown, law_wording
from copse.strategy.queries.articles import articles
from copse.strategy.services import law as services
from copse.strategy.workflow import LawAction


@require_safe
@guarded(LawAction.VIEW)
def home(request: StaffRequest) -> HttpResponse:
    """Every law, and what waits to be answered again."""
    total, in_force, reopened = law_shown.summary()
    context = {
        "works": law_shown.register(law.works_for(request.actor)),
        "total": total, "in_force": in_force, "reopened_count": reopened,
        "reopened": law.reopened_for(request.actor),
        "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "strategy/law.html", context)


def may_edit(request: StaffRequest) -> bool:
    return bool(may(request.actor, LawAction.EDIT))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.EDIT)
def new(request: StaffRequest) -> HttpResponse:
    form = forms.WorkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: services.register(actor=request.actor, **form.cleaned_data))
        if made is not None:
            return see_other("strategy:law-work", made.reference)
    return render(request, "strategy/law_form.html", {"form": form, "title": _("Enter a law")})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.EDIT)
def revise(request: StaffRequest, reference: str) -> HttpResponse:
    found = law.work_for(request.actor, reference)
    initial = {name: getattr(found, name) for name in ("title", "kind", "number", "passed_on")}
    form = forms.WorkForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = {"actor": request.actor, "work": found, **form.cleaned_data}
        if tried(form, lambda: services.revise(**fields)):
            return see_other("strategy:law-work", reference)
    context = {"form": form, "title": _("Correct the law, or let a bill pass"), "work": found}
    return render(request, "strategy/law_form.html", context)


@require_safe
@guarded(LawAction.VIEW)
def work(request: StaffRequest, reference: str) -> HttpResponse:
    return _page(request, law.work_for(request.actor, reference), {})


def _page(request: StaffRequest, found: Work, more: dict[str, Any]) -> HttpResponse:
    context = {
        "work": found,
        "kind": law_wording.KINDS.get(found.kind, found.kind),
        "provisions": law_shown.provisions(found),
        "texts": law_shown.texts(found),
        "amendments": found.amendments.all(),
        "amends": found.amends.all(),
        "may_edit": may_edit(request),
        "article_form": forms.ProvisionForm(),
        "amend_form": _amend_form(request, found),
        "repeal_form": forms.RepealForm(),
        **more,
    }
    return render(request, "strategy/law_work.html", context)


def _amend_form(request: StaffRequest, found: Work, posted: Any = None) -> forms.AmendForm:
    return forms.AmendForm(posted, work=found, works=law.works_for(request.actor))


@require_POST
@guarded(LawAction.EDIT)
def article(request: StaffRequest, reference: str) -> HttpResponse:
    """Enter one article."""
    found = law.work_for(request.actor, reference)
    form = forms.ProvisionForm(request.POST)
    fields: dict[str, Any] = {"actor": request.actor, "work": found}
    if form.is_valid() and tried(
        form, lambda: services.add_provision(**fields, **form.cleaned_data)
    ):
        return see_other("strategy:law-work", reference)
    return _page(request, found, {"article_form": form})


@require_POST
@guarded(LawAction.EDIT)
def amend(request: StaffRequest, reference: str) -> HttpResponse:
    """Another law changed this one."""
    found = law.work_for(request.actor, reference)
    form = _amend_form(request, found, request.POST)
    if form.is_valid():
        fields = dict(form.cleaned_data)
        fields["by"] = law.work_for(request.actor, fields["by"])
        if tried(form, lambda: services.amend(actor=request.actor, amended=found, **fields)):
            messages.success(request, _("Written down. Answers that rest on it are open again."))
            return see_other("strategy:law-work", reference)
    return _page(request, found, {"amend_form": form})


@require_POST
@guarded(LawAction.EDIT)
def repeal(request: StaffRequest, reference: str) -> HttpResponse:
    """The whole law ends on a day."""
    found = law.work_for(request.actor, reference)
    form = forms.RepealForm(request.POST)
    if form.is_valid() and tried(form,
        lambda: services.repeal_work(actor=request.actor, work=found, **form.cleaned_data),
    ):  # fmt: skip
        return see_other("strategy:law-work", reference)
    return _page(request, found, {"repeal_form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.VIEW)
def provision(request: StaffRequest, reference: str, key: UUID) -> HttpResponse:
    """One article; whoever may, corrects it, lets it commence or repeals it here."""
    found = law.work_for(request.actor, reference)
    row = law.provision_for(request.actor, found, key)
    names = ("number", "heading", "text", "commenced_on", "repealed_on")
    form = forms.ProvisionForm(
        request.POST or None, initial={name: getattr(row, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        fields = {"actor": request.actor, "provision": row, **form.cleaned_data}
        if tried(form, lambda: services.set_provision(**fields)):
            return see_other("strategy:law-work", reference)
    context = {
        "work": found, "provision": law.provision_for(request.actor, found, key), "form": form,
        "tag": law_shown.tag_of(row), "answers": law.resting_on(row),
        "labels": [law_wording.label(one.label) for one in row.labels.all()],
        "may_edit": may_edit(request),
    }  # fmt: skip
    return render(request, "strategy/law_provision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(LawAction.EDIT)
def new_text(request: StaffRequest, reference: str) -> HttpResponse:
    """Paste a text of the law."""
    found = law.work_for(request.actor, reference)
    form = forms.TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fields = {"actor": request.actor, "work": found, **form.cleaned_data}
        made = tried(form, lambda: services.add_text(**fields))
        if made is not None:
            return see_other("strategy:law-text", reference, made.pk)
    context = {"form": form, "title": _("Add a text"), "work": found, "multipart": True}
    return render(request, "strategy/law_form.html", context)


@require_safe
@guarded(LawAction.VIEW)
def text(request: StaffRequest, reference: str, key: UUID) -> HttpResponse:
    """A text as it was pasted, with the words in it that should be replaced."""
    found = law.work_for(request.actor, reference)
    row = law.text_for(request.actor, found, key)
    context = {
        "work": found, "text": row, "articles": len(articles(row.text)),
        "flags": law_shown.flags(row), "may_edit": may_edit(request),
        "language": law_wording.LANGUAGES.get(row.language, row.language),
    }  # fmt: skip
    return render(request, "strategy/law_text.html", context)


@require_POST
@guarded(LawAction.EDIT)
def split(request: StaffRequest, reference: str, key: UUID) -> HttpResponse:
    """Make articles of the text's numbered ones."""
    found = law.work_for(request.actor, reference)
    row = law.text_for(request.actor, found, key)
    made = services.split(actor=request.actor, expression=row, articles=articles(row.text))
    said = ngettext("%(n)s article was entered.", "%(n)s articles were entered.", made)
    messages.success(request, said % {"n": made})
    return see_other("strategy:law-work", reference)


def tried(form: Form, act: Callable[[], Any]) -> Any:
    """Act; or, what was refused stands beside its field, and what was typed stays."""
    try:
        return act()
    except InputError as error:
        field = str(error.facts.get("field", ""))
        form.add_error(field if field in form.fields else None, error.sentence)
        return None


urlpatterns = [
    path("law/", home, name="law"),
    path("law/works/new/", new, name="law-new"),
    path("law/works/<slug:reference>/", work, name="law-work"),
    path("law/works/<slug:reference>/revise/", revise, name="law-revise"),
    path("law/works/<slug:reference>/articles/", article, name="law-article"),
    path("law/works/<slug:reference>/articles/<uuid:key>/", provision, name="law-provision"),
    path("law/works/<slug:reference>/amend/", amend, name="law-amend"),
    path("law/works/<slug:reference>/repeal/", repeal, name="law-repeal"),
    path("law/works/<slug:reference>/texts/new/", new_text, name="law-text-new"),
    path("law/works/<slug:reference>/texts/<uuid:key>/", text, name="law-text"),
    path("law/works/<slug:reference>/texts/<uuid:key>/split/", split, name="law-split"),
]
