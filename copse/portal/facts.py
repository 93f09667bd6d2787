"""Counts the portal offers: how many begin, how many send. Nothing about a device or a person."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from copse.base import facts
from copse.portal import queries

DIMENSIONS = ("month", "language")


@facts.count("portal.started", dimensions=DIMENSIONS, label=_("Reports begun"))
def started(since: date, until: date) -> Iterable[tuple[tuple[str, ...], int]]:
    return queries.tallies("started", since, until)


@facts.count("portal.submitted", dimensions=DIMENSIONS, label=_("Reports sent"))
def submitted(since: date, until: date) -> Iterable[tuple[tuple[str, ...], int]]:
    return queries.tallies("submitted", since, until)
