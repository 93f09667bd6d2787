"""Reading releases and, at the desk alone, the sheets behind the next one."""

from collections.abc import Iterable

from django.http import Http404
from django.utils.translation import get_language

from copse.base import access
from copse.base.access import Actor
from copse.observatory.models import Release, Sheet
from copse.observatory.queries.figures import Figures, figures_of
from copse.observatory.queries.months import last_full_month, months_to
from copse.observatory.queries.page import Page, draw, month_name, page_of
from copse.observatory.workflow import Action

__all__ = [
    "Figures",
    "figures_of",
    "last_full_month",
    "latest_release",
    "months_offered",
    "months_to",
    "page_of",
    "page_of_text",
    "release_for",
    "releases_for",
    "sheets_between",
]
SHOWN = 50
OFFERED = 6


def page_of_text(body: str) -> Page:
    """The page that a text would make, were it released."""
    return draw(Figures(body), get_language() or "en")


def months_offered() -> list[tuple[str, str]]:
    """The months a release may end with, the latest first: all of them are over."""
    months = reversed(months_to(last_full_month(), OFFERED))
    return [(month, month_name(month)) for month in months]


def latest_release() -> Release | None:
    """The release that everybody reads now."""
    return Release.objects.order_by("-published_at").first()


def releases_for(viewer: Actor) -> list[Release]:
    """The latest releases, newest first."""
    access.require(viewer, Action.VIEW)
    return list(Release.objects.order_by("-published_at").defer("body")[:SHOWN])


def release_for(viewer: Actor, reference: str) -> Release:
    """One release. Raises `Http404`."""
    access.require(viewer, Action.VIEW)
    release = Release.objects.filter(reference=reference).first()
    if release is None:
        raise Http404
    return release


def sheets_between(first: str, last: str, facts: Iterable[str]) -> list[Sheet]:
    """The sheets of some facts from month to month, both included."""
    return list(Sheet.objects.filter(period__gte=first, period__lte=last, fact__in=list(facts)))
