"""Reads of the portal; nothing here can open a story."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Sum

from copse.portal.models import Tally


def tallies(event: str, since: date, until: date) -> Iterable[tuple[tuple[str, str], int]]:
    """How often `event` happened, by month and language, from `since` to before `until`."""
    rows = (
        Tally.objects.filter(
            event=event, month__gte=since.strftime("%Y-%m"), month__lt=until.strftime("%Y-%m")
        )
        .values_list("month", "language")
        .annotate(total=Sum("count"))
        .order_by("month", "language")
    )
    return [((month, language), total) for month, language, total in rows]
