"""The day, without its hour: precise enough for a clock of retention, and for nothing else."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.utils import timezone


def today() -> date:
    """Today, in UTC as everything here."""
    return timezone.now().date()


class Today(Func):
    """The same for the database: what rows get that know nothing of the column yet."""

    template = "CURRENT_DATE"
    output_field: ClassVar = models.DateField()


def this_week() -> date:
    """The Monday of this week, where even the day would say too much."""
    day = today()
    return day - timedelta(days=day.weekday())


class ThisWeek(Func):
    """The same for the database."""

    template = "date_trunc('week', CURRENT_DATE)::date"
    output_field: ClassVar = models.DateField()


def this_hour() -> datetime:
    """Now, to the hour: for what is written because a report came in, and so would date it."""
    return timezone.now().replace(minute=0, second=0, microsecond=0)
