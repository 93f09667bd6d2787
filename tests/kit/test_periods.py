from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit import periods


@pytest.mark.parametrize(
    ("period", "first", "last", "cadence"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "yearly"),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30), "quarterly"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "monthly"),
    ],
)
def test_a_period_has_two_ends_and_a_cadence(period, first, last, cadence):
    assert (periods.first_day(period), periods.last_day(period)) == (first, last)
    assert periods.cadence(period) == cadence


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-Q5", "2026-1", "2026-09-01", "२०२६"])
def test_what_is_no_period_is_said_so(text):
    with pytest.raises(periods.BadPeriod, match="write 2026"):
        periods.last_day(text)


@given(st.dates(date(1000, 1, 1)), st.sampled_from(periods.CADENCES))
def test_a_day_lies_within_the_period_that_contains_it(day, cadence):
    period = periods.containing(day, cadence)
    assert periods.cadence(period) == cadence
    assert periods.first_day(period) <= day <= periods.last_day(period)


def test_a_quarter_has_three_months_and_a_year_twelve():
    assert periods.months("2026-Q4") == ("2026-10", "2026-11", "2026-12")
    assert len(periods.months("2026")) == 12


def test_a_month_later_than_the_thirty_first_is_the_end_of_a_short_month():
    assert periods.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert periods.months_after(date(2026, 11, 25), 14) == date(2028, 1, 25)
