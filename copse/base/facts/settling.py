"""Counting a large table by the day: each night adds the days that nothing changes any more.

A month's rows are counted once, a few days after they came, and kept as numbers at their own desk.
What came later than that into days which are settled shows on Sunday, when a year is counted anew.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from copse.base.facts.registry import Fact, Keys

if TYPE_CHECKING:
    from copse.base.facts.models import Settled

# Reports wait for a worker, and a page is gone only when it was looked at twice.
UNSETTLED = timedelta(days=3)
Span = tuple[date, date]
Cells = dict[Keys, int]


def by_month(fact: Fact, spans: Sequence[Span], today: date, *, afresh: bool) -> dict[str, Cells]:
    """The cells of each month; of the newest and the running one, only what is not settled yet.

    `afresh` forgets what was settled. Must be called inside the desk's compartment.
    """
    from copse.base.facts.models import Settled

    newest = spans[-1]
    found = fact.by_month(spans[0][0], newest[0]) if len(spans) > 1 else {}
    rows = Settled.objects.filter(fact=fact.name)
    kept = {} if afresh else {row.month: row for row in rows}
    rows.filter(month__lt=_month(newest)).delete()
    for span in (newest, (newest[1], today)):
        month = _month(span)
        row = kept.get(month) or Settled(fact=fact.name, month=month, until=span[0])
        settled = max(row.until, min(today - UNSETTLED, span[1]))
        cells = Counter({tuple(keys): number for keys, number in row.cells})
        cells.update(_cells(fact, row.until, settled))
        _keep(row, cells, settled)
        if span == newest:
            cells.update(_cells(fact, settled, span[1]))
            found[month] = dict(sorted(cells.items()))
    return found


def _month(span: Span) -> str:
    return f"{span[0]:%Y-%m}"


def _cells(fact: Fact, since: date, until: date) -> Cells:
    return fact.cells(since, until) if since < until else {}


def _keep(row: "Settled", cells: Cells, until: date) -> None:
    from copse.base.facts.models import Settled

    Settled.objects.update_or_create(
        desk_id=row.desk_id, fact=row.fact, month=row.month,
        defaults={"until": until, "cells": [[list(keys), number] for keys, number in cells.items()]},
    )  # fmt: skip
