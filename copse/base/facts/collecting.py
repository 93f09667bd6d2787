"""Runs the facts of each desk under that desk's own role and hands the sheets over."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils import timezone

from copse.base import database
from copse.base.facts import settling
from copse.base.facts.registry import MONTH, Fact, Keys, Over, registered, rooms
from copse.base.jobs.running import DESKLESS, NO_DESK
from copse.kit.parcels import FactSheet, FactSheets

OBSERVATORY = "observatory"
# What is decided late changes the months before, so once a week a year is worked out again.
MONTHS_BACK = 13
# The other nights only the month that is newest: nothing but a correction changes an older one.
NEWEST = 1


def collect(*, today: date | None = None, months: int = MONTHS_BACK) -> int:
    """Send a sheet per fact and month of the open desk; a later sheet replaces an earlier one.

    Returns how many sheets were sent. Raises `RuntimeError` outside a desk.
    """
    from copse.base import handover

    opened = database.context()
    if opened is None or (opened.desk is None and opened.room not in DESKLESS):
        raise RuntimeError("Facts are collected inside a desk: open one with database.as_desk.")
    now = today or timezone.now().date()
    spans = list(months_until(now, months))
    declared = registered(opened.room)
    sheets = [
        one
        for fact in declared
        for one in sheets_of(fact, opened.desk or NO_DESK, spans, today=now)
    ]
    stands = tuple(fact.name for fact in declared if fact.over == Over.NOW)
    if sheets:
        handover.send(
            OBSERVATORY, FactSheets(id=uuid.uuid4(), sheets=tuple(sheets), first_stands=stands)
        )
    return len(sheets)


def collect_all(*, today: date | None = None, months: int = MONTHS_BACK) -> int:
    """Collect from every desk of every room that has facts, each in a transaction of its own."""
    from copse.base.organisations.queries import desks_in

    sent = 0
    for room in rooms():
        if room in DESKLESS:
            with database.as_room(room):
                sent += collect(today=today, months=months)
        for desk in desks_in(room):
            with database.as_desk(desk.key):
                sent += collect(today=today, months=months)
    return sent


def sheets_of(
    fact: Fact, desk: uuid.UUID, spans: Sequence[tuple[date, date]], *, today: date
) -> Iterator[FactSheet]:
    """A sheet for each month; all months are asked for at once, so that a table is read once.

    More months than the newest mean that what was settled is counted anew.
    """
    wanted = spans[-1:] if fact.over == Over.NOW else spans
    if MONTH not in fact.dimensions:
        yield from (sheet(fact, desk, since, until) for since, until in wanted)
        return
    if fact.daily:
        found = settling.by_month(fact, wanted, today, afresh=len(wanted) > NEWEST)
    else:
        found = fact.by_month(wanted[0][0], wanted[-1][1])
    for since, _until in wanted:
        month = f"{since:%Y-%m}"
        yield _sheet(fact, desk, month, found.get(month, {}))


def sheet(fact: Fact, desk: uuid.UUID, since: date, until: date) -> FactSheet:
    """One fact of one desk for one month."""
    return _sheet(fact, desk, f"{since:%Y-%m}", fact.cells(since, until))


def _sheet(fact: Fact, desk: uuid.UUID, month: str, cells: Mapping[Keys, int]) -> FactSheet:
    return FactSheet(
        id=uuid.uuid4(),
        desk=desk,
        room=fact.room,
        fact=fact.name,
        dimensions=fact.cell_dimensions,
        period=month,
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
