"""The figures of a release for programs and spreadsheets."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from copse.base.access import public
from copse.observatory import queries
from copse.observatory.models import Release
from copse.observatory.views.sharing import shared


@require_safe
@public("public")
def figures_json(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("{}\n", "application/json", status=404)
    return _json(request, release)


@require_safe
@public("public")
def past_json(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _json(request, queries.public_release(reference))


def _json(request: HttpRequest, release: Release) -> HttpResponseBase:
    return shared(request, HttpResponse(release.body, "application/json"), release.sha256)


@require_safe
@public("public")
def figures_csv(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    if release is None:
        return HttpResponse("", "text/csv", status=404)
    return _csv(request, release)


@require_safe
@public("public")
def past_csv(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _csv(request, queries.public_release(reference))


def _csv(request: HttpRequest, release: Release) -> HttpResponseBase:
    text = queries.figures_of(release.sha256, release.body).csv()
    response = HttpResponse(text, "text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="numbers-{release.reference}.csv"'
    return shared(request, response, f"{release.sha256}-csv")
