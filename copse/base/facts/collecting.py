"""Runs the facts of each desk under that desk's own role and hands the sheets over."""

import uuid
from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from copse.base import database
from copse.base.facts.registry import Fact, registered, rooms
from copse.kit.parcels import FactSheet

OBSERVATORY = "observatory"
# What is decided late changes the months before, so a year is worked out again.
MONTHS_BACK = 13


def collect(*, today: date | None = None, months: int = MONTHS_BACK) -> int:
    """Send a sheet per fact and month of the open desk; a later sheet replaces an earlier one.

    Returns how many sheets were sent. Raises `RuntimeError` outside a desk.
    """
    from copse.base import handover

    opened = database.context()
    if opened is None or opened.desk is None:
        raise RuntimeError("Facts are collected inside a desk: open one with database.as_desk.")
    sent = 0
    for since, until in months_until(today or timezone.now().date(), months):
        for fact in registered(opened.room):
            handover.send(OBSERVATORY, sheet(fact, opened.desk, since, until))
            sent += 1
    return sent


def collect_all(*, today: date | None = None, months: int = MONTHS_BACK) -> int:
    """Collect from every desk of every room that has facts, each in a transaction of its own."""
    from copse.base.organisations.queries import desks_in

    desks = [desk.key for room in rooms() for desk in desks_in(room)]
    sent = 0
    for desk in desks:
        with database.as_desk(desk):
            sent += collect(today=today, months=months)
    return sent


def sheet(fact: Fact, desk: uuid.UUID, since: date, until: date) -> FactSheet:
    """One fact of one desk for one month."""
    cells = fact.cells(since, until)
    return FactSheet(
        id=uuid.uuid4(),
        desk=desk,
        room=fact.room,
        fact=fact.name,
        dimensions=fact.cell_dimensions,
        period=f"{since:%Y-%m}",
        cells=tuple(cells.items()),
    )


def months_until(today: date, months: int) -> Iterator[tuple[date, date]]:
    """The last `months` full months, oldest first, as (first day, first day of the next).

    Not the one that still runs: seen twice, its counts would date the reports in between.
    """
    last = today.year * 12 + today.month - 2
    for index in range(last - months + 1, last + 1):
        yield _first(index), _first(index + 1)


def _first(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
