"""A release as files and as an API, for programs. The addresses name no language: nor do the files."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from copse.base.access import public
from copse.observatory import queries
from copse.observatory.models import Release
from copse.observatory.queries.opendata import Published, api, by_file, file_of
from copse.observatory.views.sharing import shared

JSON = "application/json"


@require_safe
@public("public")
def download(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """One file of one release. It carries the release in the name it is saved under."""
    published, found = _published(queries.public_release(reference)), by_file(name)
    content = file_of(published, name)
    if found is None or content is None:
        raise Http404
    response = _answer(request, content, found.media_type)
    if response.status_code == HttpResponse.status_code:
        response["Content-Disposition"] = f'attachment; filename="{reference}-{name}"'
    return response


@require_safe
@public("public")
def indicators(request: HttpRequest) -> HttpResponseBase:
    """Every indicator of the newest release."""
    return _answer(request, api.listing(_newest()), JSON)


@require_safe
@public("public")
def indicator(request: HttpRequest, code: str) -> HttpResponseBase:
    """One indicator of the newest release with all its rows."""
    content = api.one(_newest(), code)
    if content is None:
        raise Http404
    return _answer(request, content, JSON)


def _newest() -> Published:
    release = queries.latest_release()
    if release is None:
        raise Http404
    return _published(release)


def _published(release: Release) -> Published:
    # The address that is set, and not the one asked for: caches keep the files for everybody.
    return Published.of(release, site=settings.COPSE.public_origin)


def _answer(request: HttpRequest, content: bytes, media_type: str) -> HttpResponseBase:
    response = HttpResponse(content, media_type)
    # Programs on other sites may read what everybody may read; no cookie comes along.
    response["Access-Control-Allow-Origin"] = "*"
    return shared(request, response, hashlib.sha256(content).hexdigest())


app_name = "opendata"
urlpatterns = [
    path("data/<slug:reference>/<str:name>", download, name="file"),
    path("api/indicators.json", indicators, name="indicators"),
    path("api/indicators/<slug:code>.json", indicator, name="indicator"),
]
