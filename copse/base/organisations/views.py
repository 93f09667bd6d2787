"""The directory: everybody finds help, administrators keep it true. Clocks, and the country."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from copse.base.access import StaffRequest, guarded, public, see_other
from copse.base.organisations import country as the_country
from copse.base.organisations import directory, finding, hsds, retention
from copse.base.organisations.forms import ClockForm, CountryForm, Entry, FindForm, ImportForm
from copse.base.organisations.workflow import Action, ClockAction, CountryAction


@require_safe
@public("public")
def find(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET or None)
    # A choice that is none is no reason to show a frightened child an error page.
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = finding.services_near(**chosen)
    context = {"form": form, "found": found, "country": directory.country()}
    return render(request, "organisations/find.html", context)


@require_safe
@public("public")
def export(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(hsds.exported(), safe=False, json_dumps_params={"ensure_ascii": False})


@require_safe
@guarded(Action.VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    context = {"found": finding.all_services(), "form": ImportForm()}
    return render(request, "organisations/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Action.EDIT)
def edit(request: StaffRequest, pk: UUID | None = None) -> HttpResponse:
    service = finding.service(pk) if pk else None
    if pk and service is None:
        raise Http404
    entry = Entry(request.POST or None, service)
    if request.method == "POST" and entry.is_valid():
        entry.keep(request.actor)
        messages.success(request, _("The service is kept."))
        return see_other("organisations:listing")
    return render(request, "organisations/edit.html", {"entry": entry, "service": service})


@require_http_methods(["POST"])
@guarded(Action.IMPORT)
def take_in(request: StaffRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            count = hsds.take_in(actor=request.actor, content=form.cleaned_data["file"].read())
        except hsds.NotHsds as error:
            form.add_error("file", error.sentence)
        else:
            messages.success(request, _("%(count)d services were read.") % {"count": count})
            return see_other("organisations:listing")
    context = {"found": finding.all_services(), "form": form}
    return render(request, "organisations/listing.html", context)


@require_safe
@guarded(ClockAction.VIEW)
def clocks(request: StaffRequest) -> HttpResponse:
    context = {"clocks": retention.clocks(request.actor)}
    return render(request, "organisations/clocks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ClockAction.CHANGE)
def clock(request: StaffRequest, code: str) -> HttpResponse:
    kept = retention.class_of(code)
    if kept is None:
        raise Http404
    form = ClockForm(kept, request.POST or None, initial={"days": retention.days_of(kept)})
    if request.method == "POST" and form.is_valid():
        retention.change(actor=request.actor, code=kept.code, days=form.cleaned_data["days"])
        messages.success(request, _("The clock is set. The next sweep keeps to it."))
        return see_other("organisations:clocks")
    return render(request, "organisations/clock.html", {"kept": kept, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(CountryAction.CHANGE, fresh=True)
def country(request: StaffRequest) -> HttpResponse:
    now = the_country.current(request.actor)
    if now is None:
        raise Http404
    form = CountryForm(request.POST or None, initial=vars(now), duty=the_country.duty_desk())
    if request.method == "POST" and form.is_valid():
        changed = the_country.change(actor=request.actor, wanted=form.wanted())
        said = _("The country’s settings are changed.") if changed else _("Nothing was different.")
        messages.success(request, said)
        return see_other("organisations:country")
    return render(request, "organisations/country.html", {"form": form})
