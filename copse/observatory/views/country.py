"""The public pages of the plan: overview, strategy, actions, indicators, law, council, data."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from copse.base.access import public
from copse.base.web.context import page_for
from copse.observatory import queries
from copse.observatory.models import Release
from copse.observatory.queries import following, lists
from copse.observatory.queries.country import Country
from copse.observatory.queries.opendata import FORMATS
from copse.observatory.views.sharing import shared

# The entry of the menu that a page stands under, where it has another name.
PLACES = {
    "actions": "public-actions",
    "action": "public-actions",
    "indicators": "public-indicators",
    "indicator": "public-indicators",
}


@require_safe
@public("public")
def numbers(request: HttpRequest) -> HttpResponseBase:
    return _overview(request, queries.latest_release())


@require_safe
@public("public")
def past(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A release as it was published, whatever was corrected since."""
    return _overview(request, queries.public_release(reference))


def _overview(request: HttpRequest, release: Release | None) -> HttpResponseBase:
    figures = queries.figures_of(release.sha256, release.body) if release else None
    totals = lists.totals(figures) if figures else []
    more = {"totals": totals, "coming": queries.coming()}
    return _page(request, release, "numbers", more)


@require_safe
@public("public")
def reports(request: HttpRequest) -> HttpResponseBase:
    release = queries.latest_release()
    return _reports(request, release)


@require_safe
@public("public")
def past_reports(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _reports(request, queries.public_release(reference))


def _reports(request: HttpRequest, release: Release | None) -> HttpResponseBase:
    figures = queries.page_of(release.sha256, release.body) if release else None
    return _page(request, release, "reports", {"figures": figures})


@require_safe
@public("public")
def strategy(request: HttpRequest) -> HttpResponseBase:
    release, country = _country()
    return _page(request, release, "strategy", lists.strategy(country))


@require_safe
@public("public")
def actions(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "actions", {})


@require_safe
@public("public")
def action(request: HttpRequest, code: str) -> HttpResponseBase:
    release, country = _country()
    if code not in lists.action_codes():
        raise Http404
    return _page(request, release, "action", lists.action(country, code))


@require_safe
@public("public")
def indicators(request: HttpRequest) -> HttpResponseBase:
    release, country = _country()
    return _page(request, release, "indicators", {"rooms": lists.by_room(country.content)})


@require_safe
@public("public")
def indicator(request: HttpRequest, code: str) -> HttpResponseBase:
    release, country = _country()
    found = following.followed(country.content, code)
    if found is None:
        raise Http404
    goals = following.goals_on(country, code)
    return _page(request, release, "indicator", {"one": found, "goals": goals})


@require_safe
@public("public")
def law(request: HttpRequest) -> HttpResponseBase:
    release, country = _country()
    return _page(request, release, "law", lists.law(country))


@require_safe
@public("public")
def council(request: HttpRequest) -> HttpResponseBase:
    release, country = _country()
    return _page(request, release, "council", lists.council(country))


@require_safe
@public("public")
def data(request: HttpRequest) -> HttpResponseBase:
    more = {"releases": queries.public_releases(), "files": FORMATS.values()}
    return _page(request, queries.latest_release(), "data", more)


def _country() -> tuple[Release | None, Country]:
    release = queries.latest_release()
    return release, _of(release)


def _of(release: Release | None) -> Country:
    if release is None:
        return Country({})
    return Country(queries.figures_of(release.sha256, release.body).content)


def _page(
    request: HttpRequest, release: Release | None, name: str, more: Mapping[str, Any]
) -> HttpResponseBase:
    # Without the request, so that no session, cookie or message can come into a shared page.
    context = {
        "page": page_for(request),
        "release": release,
        "country": _of(release),
        "place": PLACES.get(name, name),
        **more,
    }
    html = render_to_string(f"observatory/public/{name}.html", context)
    # The calendar stands on a page too, so the mark is of the page and not of the release.
    digest = hashlib.sha256(html.encode()).hexdigest()
    return shared(request, HttpResponse(html), f"{digest}-{get_language()}")
