"""Reading releases and, at the desk alone, the sheets behind the next one."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import get_language

from copse.base import access
from copse.base.access import Actor
from copse.observatory.models import Basis, Examination, Release, Sheet
from copse.observatory.queries.figures import Figures, figures_of
from copse.observatory.queries.months import last_full_month, months_to
from copse.observatory.queries.page import Page, draw, month_name, narrow_cells, page_of
from copse.observatory.queries.promised import announced, coming, is_out, months_to_come
from copse.observatory.workflow import Action

__all__ = [
    "Figures",
    "announced",
    "bases",
    "coming",
    "examination_for",
    "examination_of",
    "examinations_since",
    "figures_of",
    "is_out",
    "last_full_month",
    "latest_release",
    "lock_releases",
    "months_of",
    "months_offered",
    "months_to",
    "months_to_come",
    "narrow_cells",
    "page_of",
    "page_of_text",
    "public_release",
    "public_releases",
    "release_for",
    "release_keys",
    "releases_for",
    "sheets_between",
    "vintages_of",
    "waiting_examination",
]
SHOWN = 50
OFFERED = 6
# The name of the lock among the database's advisory ones.
RELEASES = 0x0B5E_0001


def page_of_text(body: str) -> Page:
    """The page that a text would make, were it released."""
    return draw(Figures(body), get_language() or "en")


def months_offered() -> list[tuple[str, str]]:
    """The months a release may end with, the latest first: all of them are over."""
    months = reversed(months_to(last_full_month(), OFFERED))
    return [(month, month_name(month)) for month in months]


def months_of(release: Release) -> str:
    """The months that a release covers, in words."""
    return f"{month_name(release.first_month)} – {month_name(release.last_month)}"


def latest_release() -> Release | None:
    """The release that everybody reads now; its text is read when somebody asks for it."""
    return Release.objects.order_by("-published_at").defer("body").first()


def public_releases() -> list[Release]:
    """Every release without its text, newest first: old vintages stay to be read."""
    return list(Release.objects.order_by("-published_at").defer("body"))


def public_release(reference: str) -> Release:
    """One release, whether or not a later one corrects it. Raises `Http404`."""
    release = Release.objects.filter(reference=reference).first()
    if release is None:
        raise Http404
    return release


def vintages_of(last_month: str) -> int:
    """How many releases of the same months there are."""
    return Release.objects.filter(last_month=last_month).count()


def bases() -> list[Basis]:
    """The exact counts behind every release of this desk, oldest first."""
    return list(Basis.objects.order_by("release__published_at"))


def release_keys() -> list[str]:
    """The releases that `bases` would give, by their keys alone."""
    found = Basis.objects.order_by("release__published_at").values_list("release_id", flat=True)
    return [str(one) for one in found]


def examinations_since(since: datetime) -> QuerySet[Examination]:
    """What was asked since then, newest first."""
    return Examination.objects.filter(asked_at__gt=since).order_by("-asked_at")


def waiting_examination(key: UUID) -> Examination | None:
    """An examination that has no answer yet, locked; None when it has, or is gone."""
    return Examination.objects.select_for_update().filter(pk=key, ended_at=None).first()


def examination_of(question: str) -> Examination | None:
    """The answer to a question, when there is one that did not fail."""
    found = Examination.objects.filter(question=question, trouble="").exclude(ended_at=None)
    return found.order_by("-ended_at").first()


def examination_for(viewer: Actor, until: str, without: Iterable[str]) -> Examination | None:
    """The newest examination of these months without these figures, answered or not."""
    access.require(viewer, Action.VIEW)
    asked = Examination.objects.filter(until=until, without=sorted({*without}))
    return asked.order_by("-asked_at").first()


def lock_releases() -> None:
    """Let one release be made at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RELEASES])


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
