"""The public pages of the plan: overview, strategy, actions, indicators, law, council, data."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from copse.base.access import public
from copse.base.web.context import page_for
from copse.kit.indicators import catalogue
from copse.observatory import queries
from copse.observatory.models import Release
from copse.observatory.queries import lists
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
More = Callable[[Country], Mapping[str, Any]]
MOST_KEPT = 1000
_KEPT: dict[Any, str] = {}


@require_safe
@public("public")
def numbers(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "numbers", lists.overview)


@require_safe
@public("public")
def past(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A release as it was published, whatever was corrected since."""
    return _page(request, queries.public_release(reference), "numbers", lists.overview)


@require_safe
@public("public")
def reports(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "reports", lists.reports)


@require_safe
@public("public")
def past_reports(request: HttpRequest, reference: str) -> HttpResponseBase:
    return _page(request, queries.public_release(reference), "reports", lists.reports)


@require_safe
@public("public")
def strategy(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "strategy", lists.strategy)


@require_safe
@public("public")
def actions(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "actions", lists.nothing_more)


@require_safe
@public("public")
def action(request: HttpRequest, code: str) -> HttpResponseBase:
    if code not in lists.action_codes():
        raise Http404
    return _page(request, queries.latest_release(), "action", partial(lists.action, code=code))


@require_safe
@public("public")
def indicators(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "indicators", lists.indicators)


@require_safe
@public("public")
def indicator(request: HttpRequest, code: str) -> HttpResponseBase:
    if code not in catalogue():
        raise Http404
    more = partial(lists.indicator, code=code)
    return _page(request, queries.latest_release(), "indicator", more)


@require_safe
@public("public")
def law(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "law", lists.law)


@require_safe
@public("public")
def council(request: HttpRequest) -> HttpResponseBase:
    return _page(request, queries.latest_release(), "council", lists.council)


@require_safe
@public("public")
def data(request: HttpRequest) -> HttpResponseBase:
    def files(_country: Country) -> Mapping[str, Any]:
        return {"releases": queries.public_releases(), "files": FORMATS.values()}

    return _page(request, queries.latest_release(), "data", files)


def _of(release: Release | None) -> Country:
    if release is None:
        return Country({})
    figures = queries.figures_of(release.sha256, release.body)
    return Country(figures.content, figures)


def _page(request: HttpRequest, release: Release | None, name: str, more: More) -> HttpResponseBase:
    """A page of a release: drawn once for each language in each process, and then kept."""
    coming = tuple(queries.coming())
    # All that a page shows is frozen with its release, but for the calendar and the country's own
    # languages and numbers, which the layout shows.
    # Without what was asked for: no page here reads it, and anybody could make up queries without
    # end, each drawn anew and crowding the others out.
    layout = page_for(request, asked=False)
    key = (request.path, release.sha256 if release else "", coming, layout)
    html = _KEPT.get(key)
    if html is None:
        country = _of(release)
        # Without the request, so that no session, cookie or message can come into a shared page.
        context = {
            "page": layout,
            "release": release,
            "country": country,
            "place": PLACES.get(name, name),
            "coming": coming,
            **more(country),
        }
        html = render_to_string(f"observatory/public/{name}.html", context)
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = html
    digest = hashlib.sha256(html.encode()).hexdigest()
    return shared(request, HttpResponse(html), f"{digest}-{get_language()}")
