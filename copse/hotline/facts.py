"""Counts and clocks offered to the observatory: by month and risk class, never a person."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from copse.base import facts
from copse.hotline.models import Concern, Material, Notice
from copse.kit import taxonomy

BY = ("month", "risk_class")
Counts = Iterable[tuple[tuple[str, ...], int]]
Hours = Iterable[tuple[tuple[str, ...], float, int]]


def _day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _between(rows: QuerySet[Any], field: str, since: date, until: date) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__gte": _day(since), f"{field}__lt": _day(until)})


def _count(
    rows: QuerySet[Any], field: str, since: date, until: date, risk: str = "risk_class"
) -> Counts:
    counted = (
        _between(rows, field, since, until)
        .annotate(month=TruncMonth(field))
        .values_list("month", risk)
        .annotate(number=Count("*"))
        .order_by("month", risk)
    )
    for month, risk_class, number in counted:
        yield (f"{month:%Y-%m}", risk_class), number


def _clock(start: str, stop: str, since: date, until: date) -> Hours:
    """How long from one moment to the next, told in the month in which the clock stopped.

    The database puts each into its bucket: a year holds millions, and no duration leaves it.
    """
    rows = _between(Material.objects.filter(**{f"{start}__isnull": False}), stop, since, until)
    counted = (
        rows.annotate(month=TruncMonth(stop), bucket=_bucket(F(stop) - F(start)))
        .values_list("month", "risk_class", "bucket")
        .annotate(number=Count("*"))
        .order_by("month", "risk_class", "bucket")
    )
    for month, risk_class, bucket, number in counted:
        yield (f"{month:%Y-%m}", risk_class), bucket, number


def _bucket(took: Combinable) -> Case:
    """The bound that a duration does not exceed; beyond the last one, anything larger.

    The start of a report is known to the hour only, so a clock may seem to run backwards: it falls
    into the first bucket.
    """
    within = ExpressionWrapper(took, output_field=DurationField())
    return Case(
        *(
            When(LessThanOrEqual(within, Value(timedelta(hours=bound))), then=Value(bound))
            for bound in facts.HOURS
        ),
        default=Value(facts.HOURS[-1] + 1),
    )


@facts.count("hotline.concerns", dimensions=BY, label=_("Concerns received"), daily=True)
def concerns(since: date, until: date) -> Counts:
    return _count(Concern.objects.all(), "received_hour", since, until)


@facts.count("hotline.decided", dimensions=BY, label=_("Material decided"), daily=True)
def decided(since: date, until: date) -> Counts:
    return _count(Material.objects.all(), "decided_at", since, until)


@facts.count("hotline.labelled", dimensions=BY, label=_("Material found illegal"), daily=True)
def labelled(since: date, until: date) -> Counts:
    scheme = taxonomy.scheme("material_label")
    illegal = [code for code in scheme.entries if scheme[code]["effect"] == "material"]
    return _count(Material.objects.filter(label__in=illegal), "decided_at", since, until)


@facts.count("hotline.notices", dimensions=BY, label=_("Notices sent"), daily=True)
def notices(since: date, until: date) -> Counts:
    return _count(Notice.objects.all(), "sent_at", since, until, "material__risk_class")


@facts.count("hotline.removed", dimensions=BY, label=_("Material removed"), daily=True)
def removed(since: date, until: date) -> Counts:
    return _count(Material.objects.all(), "gone_at", since, until)


@facts.histogram(
    "hotline.clock.intake", dimensions=BY, label=_("From report to first look"), daily=True
)
def intake(since: date, until: date) -> Hours:
    return _clock("received_hour", "intake_stopped", since, until)


@facts.histogram(
    "hotline.clock.decision", dimensions=BY, label=_("From first look to decision"), daily=True
)
def decision(since: date, until: date) -> Hours:
    return _clock("intake_stopped", "decided_at", since, until)


@facts.histogram(
    "hotline.clock.notice", dimensions=BY, label=_("From decision to notice"), daily=True
)
def notice(since: date, until: date) -> Hours:
    return _clock("decided_at", "noticed_at", since, until)


@facts.histogram(
    "hotline.clock.removal", dimensions=BY, label=_("From notice to removal"), daily=True
)
def removal(since: date, until: date) -> Hours:
    return _clock("noticed_at", "gone_at", since, until)
