"""Two sides: the public numbers, and the desk that publishes them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from copse.base.access import StaffRequest, guarded, public, see_other
from copse.base.web.context import page_for
from copse.observatory import queries, services
from copse.observatory.forms import ReleaseForm
from copse.observatory.workflow import Action

FRESH_FOR = 300


@require_safe
@public("public")
def numbers(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    # Without the request, so that no session, cookie or message can come into a shared page.
    context: dict[str, Any] = {"page": page_for(request), "release": release}
    if release is not None:
        context["figures"] = queries.page_of(release.sha256, release.body)
    html = render_to_string("observatory/numbers.html", context)
    digest = release.sha256 if release else "none"
    return _shared(request, HttpResponse(html), f"{digest}-{get_language()}")


@require_safe
@public("public")
def figures_json(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("{}\n", "application/json", status=404)
    return _shared(request, HttpResponse(release.body, "application/json"), release.sha256)


@require_safe
@public("public")
def figures_csv(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("", "text/csv", status=404)
    text = queries.figures_of(release.sha256, release.body).csv()
    response = HttpResponse(text, "text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="numbers-{release.reference}.csv"'
    return _shared(request, response, f"{release.sha256}-csv")


def _shared(request: HttpRequest, response: HttpResponse, mark: str) -> HttpResponseBase:
    """Let everybody's cache keep the answer until the next release."""
    etag = f'"{mark}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=FRESH_FOR)
    return get_conditional_response(request, etag, None, response) or response


@require_safe
@guarded(Action.VIEW)
def releases(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(months=queries.months_offered())
    found = queries.releases_for(request.actor)
    return render(request, "observatory/releases.html", {"form": form, "releases": found})


@require_safe
@guarded(Action.VIEW)
def release(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.release_for(request.actor, reference)
    figures = queries.page_of(found.sha256, found.body)
    return render(request, "observatory/release.html", {"release": found, "figures": figures})


@require_safe
@guarded(Action.VIEW)
def preview(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.GET, months=queries.months_offered())
    if not form.is_valid():
        found = queries.releases_for(request.actor)
        return render(request, "observatory/releases.html", {"form": form, "releases": found})
    until = form.cleaned_data["until"]
    figures = queries.page_of_text(services.preview(actor=request.actor, until=until))
    context = {"figures": figures, "until": until}
    return render(request, "observatory/preview.html", context)


@require_POST
@guarded(Action.PUBLISH)
def publish(request: StaffRequest) -> HttpResponse:
    form = ReleaseForm(request.POST, months=queries.months_offered())
    if form.is_valid():
        try:
            made = services.publish(actor=request.actor, until=form.cleaned_data["until"])
            messages.success(request, _("Published as %(name)s.") % {"name": made.reference})
        except services.NothingNew:
            messages.warning(request, _("Nothing has changed: these numbers are public already."))
    else:
        messages.error(request, _("Choose the last month of the release."))
    return see_other("observatory:releases")
