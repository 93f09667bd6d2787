"""The frameworks of this install: how far each is answered, one node's page, loading a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from copse.base.access import StaffRequest, guarded, may, require, see_other
from copse.kit.errors import CopseError, InputError, RefusedError
from copse.kit.framework.crosswalks import is_crosswalk
from copse.kit.framework.lines import MOST_BYTES
from copse.kit.framework.model import Framework, Node, words
from copse.strategy.forms.frameworks import AnswerForm, LoadForm
from copse.strategy.queries import answered, shown_crosswalks, shown_frameworks
from copse.strategy.queries import frameworks as queries
from copse.strategy.queries.law import LAW, TREATIES
from copse.strategy.services import answers as services
from copse.strategy.services import crosswalks as linking
from copse.strategy.services import frameworks as loading
from copse.strategy.services.frameworks import Answers, ChoiceNeeded
from copse.strategy.workflow import FrameworkAction, PlanAction

ELSEWHERE = {LAW: "strategy:law-question", TREATIES: "strategy:treaty"}


@require_safe
@guarded(PlanAction.VIEW)
def overview(request: StaffRequest) -> HttpResponse:
    """How far the answers to each framework go."""
    queries.frameworks_for(request.actor)
    context = {
        "rows": shown_frameworks.overview(answered.overview(timezone.localdate())),
        "may_load": bool(may(request.actor, FrameworkAction.LOAD)),
    }
    return render(request, "strategy/frameworks.html", context)


@require_safe
@guarded(PlanAction.VIEW)
def framework(request: StaffRequest, name: str) -> HttpResponse:
    """Everything that one framework asks, with where it stands."""
    found = queries.framework_for(request.actor, name)
    has_short = any(one.tier for one in found.nodes.values())
    tier = answered.SHORT if has_short and request.GET.get("tier") == answered.SHORT else ""
    context = {
        "name": found.name,
        "version": found.version,
        "source": found.source,
        "title": words(found.title, shown_frameworks.language()),
        "subject": shown_frameworks.SUBJECTS.get(name, ""),
        "tier": tier,
        "has_short": has_short,
        "counts": (len(answered.nodes(found, answered.SHORT)), len(answered.nodes(found))),
        "sections": shown_frameworks.sections(found, tier),
        "crosswalks": shown_crosswalks.of(found),
    }
    return render(request, "strategy/framework.html", context)


@require_safe
@guarded(PlanAction.VIEW)
def crosswalk(request: StaffRequest, name: str) -> HttpResponse:
    """What two frameworks have to do with each other, node by node."""
    found = shown_crosswalks.one_for(request.actor, name)
    return render(request, "strategy/crosswalk.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(PlanAction.VIEW)
def node(request: StaffRequest, name: str, code: str) -> HttpResponse:
    """One node: what was answered, what follows, and the form for those who may answer."""
    if request.method == "POST":
        require(request.actor, FrameworkAction.ANSWER)
    found, asked = queries.node_for(request.actor, name, code)
    form = _form(request, found, asked)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(actor=request.actor, node_urn=asked.urn, **form.cleaned_data)
        except (InputError, RefusedError) as error:
            form.add_error(str(error.facts.get("field", "value")), error.sentence)
        else:
            messages.success(request, _("It is written down."))
            return see_other("strategy:framework-node", name, code)
    return _node_page(request, found, asked, form)


def _form(request: StaffRequest, found: Framework, asked: Node) -> AnswerForm:
    standing = queries.standing().get(asked.urn)
    initial = {"value": standing.value, "note": standing.note} if standing else {}
    levels = shown_frameworks.levels(found, asked)
    posted = request.POST if request.method == "POST" else None
    return AnswerForm(posted, initial=initial, levels=levels)


def _node_page(
    request: StaffRequest, found: Framework, asked: Node, form: AnswerForm
) -> HttpResponse:
    one = answered.one_of(found, asked, timezone.localdate())
    there = ELSEWHERE.get(found.name)
    context: dict[str, Any] = {
        **shown_frameworks.node(found, one, queries.history_for(request.actor, asked)),
        "name": found.name,
        "framework_title": words(found.title, shown_frameworks.language()),
        "subject": shown_frameworks.SUBJECTS.get(found.name, ""),
        "form": form,
        "elsewhere": reverse(there, args=[asked.id]) if there else "",
        "may_answer": not there and bool(may(request.actor, FrameworkAction.ANSWER)),
    }
    return render(request, "strategy/framework_node.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(FrameworkAction.LOAD)
def load(request: StaffRequest) -> HttpResponse:
    """Load a file, or only look at what it would change."""
    form = LoadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        raw = file.read(MOST_BYTES + 1)
        try:
            if is_crosswalk(file.name):
                return _linked(request, file.name, raw, context)
            return _loaded(request, file.name, raw, form, context)
        except ChoiceNeeded as error:
            context["asked"] = True
            form.add_error("answers", error.sentence)
        except CopseError as error:
            for sentence in error.sentence.splitlines():
                form.add_error("file", sentence)
    form.ask_for_choice(asked=bool(context.get("asked")))
    return render(request, "strategy/framework_load.html", context)


def _loaded(
    request: StaffRequest, name: str, raw: bytes, form: LoadForm, context: dict[str, Any]
) -> HttpResponse:
    made, before = loading.read(actor=request.actor, file=name, raw=raw)
    context |= {"name": made.name, "version": made.version}
    more = ""
    if before is not None:
        changes, touched = loading.touched(before, made)
        context["changes"] = shown_frameworks.changes(changes, made)
        context["asked"], more = bool(touched), shown_frameworks.summary(changes)
    if "look" in request.POST:
        form.ask_for_choice(asked=bool(context.get("asked")))
        return render(request, "strategy/framework_load.html", context)
    chosen = form.cleaned_data["answers"]
    new = loading.load(
        actor=request.actor, file=name, raw=raw, answers=Answers(chosen) if chosen else None
    )
    said = _("Loaded: %(name)s, version %(version)s.") if new else _("%(name)s is here already.")
    facts = {"name": made.name, "version": made.version}
    messages.success(request, f"{said % facts} {more}".strip())
    return see_other("strategy:framework", made.name)


def _linked(request: StaffRequest, name: str, raw: bytes, context: dict[str, Any]) -> HttpResponse:
    made, before = linking.read(actor=request.actor, file=name, raw=raw)
    if "look" in request.POST:
        context |= {"name": made.name, "links": shown_crosswalks.changes(before, made)}
        context["form"].ask_for_choice(asked=False)
        return render(request, "strategy/framework_load.html", context)
    new = linking.load(actor=request.actor, file=name, raw=raw)
    said = _("Loaded: %(name)s.") if new else _("%(name)s is here already.")
    messages.success(request, said % {"name": made.name})
    return see_other("strategy:crosswalk", made.name)


urlpatterns = [
    path("crosswalks/<slug:name>/", crosswalk, name="crosswalk"),
    path("frameworks/", overview, name="frameworks"),
    path("frameworks-load/", load, name="framework-load"),
    path("frameworks/<slug:name>/", framework, name="framework"),
    path("frameworks/<slug:name>/<str:code>/", node, name="framework-node"),
]
