"""Periods of reporting as short texts that sort: a year, a quarter or a month.

last_day("2026-Q3")            # date(2026, 9, 30)
containing(date(2026, 9, 3), "quarterly")   # "2026-Q3"
"""

import calendar
import re
from datetime import date

from copse.kit.errors import InputError

PERIOD = re.compile(r"(?P<year>\d{4})(-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.ASCII)
CADENCES = ("monthly", "quarterly", "yearly")


class BadPeriod(InputError):  # noqa: N818 - named for the state
    """The text is not a year, a quarter or a month."""

    code = "bad-period"


def cadence(period: str) -> str:
    """`monthly`, `quarterly` or `yearly`. Raises `BadPeriod`."""
    found = _match(period)
    if found["month"]:
        return "monthly"
    return "quarterly" if found["quarter"] else "yearly"


def first_day(period: str) -> date:
    """The day a period begins. Raises `BadPeriod`."""
    found = _match(period)
    month = int(found["month"] or 1)
    if found["quarter"]:
        month = int(found["quarter"]) * 3 - 2
    return date(int(found["year"]), month, 1)


def last_day(period: str) -> date:
    """The day a period ends. Raises `BadPeriod`."""
    begins = first_day(period)
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[cadence(period)]
    month = begins.month + months - 1
    return date(begins.year, month, calendar.monthrange(begins.year, month)[1])


def containing(day: date, every: str) -> str:
    """The period of that cadence in which a day lies. Raises `BadPeriod` for no cadence."""
    if every == "monthly":
        return f"{day:%Y-%m}"
    if every == "quarterly":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    if every == "yearly":
        return f"{day.year}"
    raise BadPeriod(f"“{every}” is no cadence: write monthly, quarterly or yearly.")


def months(period: str) -> tuple[str, ...]:
    """The months of a period, in order. Raises `BadPeriod`."""
    begins, ends = first_day(period), last_day(period)
    return tuple(f"{begins.year}-{month:02d}" for month in range(begins.month, ends.month + 1))


def months_after(day: date, number: int) -> date:
    """The same day some months later, or the last of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 + number
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _match(period: str) -> re.Match[str]:
    found = PERIOD.fullmatch(period)
    if found is None:
        raise BadPeriod(f"“{period}” is no period: write 2026, 2026-Q3 or 2026-09.")
    return found
