"""What the observatory counts about itself: how many of the indicators are known, and fresh."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from copse.base import facts
from copse.base.facts import Keys, Over
from copse.kit import periods
from copse.kit.indicators import catalogue
from copse.observatory.queries import observations
from copse.observatory.queries.months import month_after

Counts = Iterable[tuple[Keys, int]]
BY = ("month", "room")


def _months(since: date, until: date) -> Iterable[str]:
    month = f"{since:%Y-%m}"
    while date.fromisoformat(f"{month}-01") < until:
        yield month
        month = month_after(month)


@facts.count("observatory.indicators", dimensions=BY, label=_("Indicators"), over=Over.STOCK)
def indicators(since: date, until: date) -> Counts:
    rooms = Counter(one.source for one in catalogue())
    for month in _months(since, until):
        yield from (((month, room), number) for room, number in rooms.items())


@facts.count("observatory.indicators_known", dimensions=BY, label=_("Indicators that are known"),
             over=Over.STOCK)  # fmt: skip
def indicators_known(since: date, until: date) -> Counts:
    """Those with a value whose period is no older, on the month's last day, than their cadence."""
    ended = observations.periods_known()
    for month in _months(since, until):
        day = periods.last_day(month)
        for one in catalogue():
            fresh = timedelta(observations.FRESH[one.cadence])
            if any(last <= day <= last + fresh for last in ended.get(one.code, ())):
                yield (month, one.source), 1
