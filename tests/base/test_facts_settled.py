"""A large table is counted by the day: each night adds what nothing changes any more."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from copse.base import database
from copse.base.database import DeskKey
from copse.base.facts import collecting, registry
from copse.base.facts.models import Settled

DESK = DeskKey(uuid4(), "hotline")


class Table:
    """Events by their day, and which days were asked for."""

    def __init__(self):
        self.days = {}
        self.asked = []

    def happen(self, *days):
        for day in days:
            self.days[day] = self.days.get(day, 0) + 1

    def source(self, since, until):
        self.asked.append((since, until))
        for day, number in sorted(self.days.items()):
            if since <= day < until:
                yield (f"{day:%Y-%m}", "contact"), number


@pytest.fixture
def table(db, monkeypatch):
    monkeypatch.setattr(registry, "_FACTS", {})
    made = Table()
    registry.count(
        "hotline.things", dimensions=("month", "risk_class"), label="Things", daily=True
    )(made.source)
    with database.as_desk(DESK):
        yield made


def night(today, months=1):
    """The sheets of one night, by month."""
    fact = registry.fact("hotline.things")
    spans = list(collecting.months_until(today, months))
    sheets = collecting.sheets_of(fact, DESK.id, spans, today=today)
    return {one.period: sum(number for _keys, number in one.cells) for one in sheets}


def test_every_night_says_the_same_as_counting_anew(table):
    day = date(2026, 9, 1)
    while day < date(2026, 12, 1):
        table.happen(*[day] * (day.day % 4))
        day += timedelta(days=1)
    assert night(date(2026, 9, 28), months=2)
    today = date(2026, 9, 29)
    while today < date(2026, 11, 9):
        last = today.replace(day=1) - timedelta(days=1)
        exact = sum(
            n for d, n in table.days.items() if (d.year, d.month) == (last.year, last.month)
        )
        assert night(today) == {f"{last:%Y-%m}": exact}, today
        today += timedelta(days=1)


def test_a_night_asks_for_the_days_that_were_not_settled_and_no_others(table):
    night(date(2026, 10, 31), months=2)
    table.asked.clear()
    night(date(2026, 11, 1))
    assert table.asked == [
        (date(2026, 10, 28), date(2026, 10, 29)),
        (date(2026, 10, 29), date(2026, 11, 1)),
    ]
    night(date(2026, 11, 10))
    table.asked.clear()
    night(date(2026, 11, 10))
    assert table.asked == [], "a month that is settled is not counted again"


def test_what_comes_late_shows_when_a_year_is_counted_anew(table):
    night(date(2026, 11, 10), months=2)
    table.happen(date(2026, 10, 5))
    assert night(date(2026, 11, 11)) == {"2026-10": 0}
    assert night(date(2026, 11, 12), months=2) == {"2026-09": 0, "2026-10": 1}
    assert night(date(2026, 11, 13)) == {"2026-10": 1}


def test_what_came_in_the_last_days_is_never_missed(table):
    night(date(2026, 11, 1))
    table.happen(date(2026, 10, 30))
    assert night(date(2026, 11, 2)) == {"2026-10": 1}


def test_old_months_are_forgotten(table):
    for today in (date(2026, 9, 10), date(2026, 10, 10), date(2026, 11, 10)):
        night(today)
    assert set(Settled.objects.values_list("month", flat=True)) == {"2026-10", "2026-11"}
