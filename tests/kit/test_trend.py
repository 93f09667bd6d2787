from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.stats.trend import Point, Status, forecast, progress

START = Point(date(2025, 12, 31), 36.0)
END = Point(date(2026, 12, 31), 52.0)


def at(month, value):
    return Point(date(2026, month, 28), value)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (52.0, Status.REACHED),
        (60.0, Status.REACHED),
        (44.0, Status.ON_TRACK),
        (39.0, Status.BEHIND),
        (36.0, Status.OFF_TRACK),
        (30.0, Status.OFF_TRACK),
    ],
)
def test_halfway_through_a_value_is_measured_against_the_straight_path(value, status):
    assert progress([at(6, value)], baseline=START, targets=[END], rising=True).status == status


def test_less_is_better_turns_everything_round():
    start, end = Point(START.day, 80.0), Point(END.day, 24.0)
    for value, status in (
        (24.0, Status.REACHED),
        (52.0, Status.ON_TRACK),
        (81.0, Status.OFF_TRACK),
    ):
        assert (
            progress([at(6, value)], baseline=start, targets=[end], rising=False).status == status
        )


def test_a_target_on_the_way_bends_the_path():
    middle = Point(date(2026, 6, 28), 50.0)
    found = progress([at(6, 44.0)], baseline=START, targets=[END, middle], rising=True)
    assert found.expected == pytest.approx(50.0)
    assert found.status == Status.BEHIND


@pytest.mark.parametrize(
    ("baseline", "targets", "seen"),
    [(None, [END], [at(6, 1.0)]), (START, [], [at(6, 1.0)]), (START, [END], [])],
)
def test_without_baseline_target_or_value_nothing_is_said(baseline, targets, seen):
    found = progress(seen, baseline=baseline, targets=targets, rising=True)
    assert found.status == Status.NOT_KNOWN


def test_the_baseline_itself_is_no_progress():
    found = progress([START], baseline=START, targets=[END], rising=True)
    assert found.status == Status.NOT_KNOWN


def test_one_odd_month_does_not_bend_the_forecast():
    steady = [Point(date(2026, month, 1), 10.0 + month) for month in range(1, 10)]
    odd = [*steady[:4], Point(steady[4].day, 400.0), *steady[5:]]
    ends = date(2026, 12, 1)
    assert forecast(odd, ends).value == pytest.approx(forecast(steady, ends).value, rel=0.02)
    assert forecast(steady, ends).value == pytest.approx(22.0, rel=0.02)


def test_two_values_make_no_forecast():
    assert forecast([at(1, 1.0), at(2, 2.0)], END.day) is None


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=20),
    st.floats(-1e6, 1e6),
    st.booleans(),
)
def test_nobody_divides_by_zero_here(values, wanted, rising):
    """Overlapping days, a target equal to the baseline, any number: a status and no error."""
    seen = [Point(START.day + timedelta(days=n // 2 + 1), v) for n, v in enumerate(values)]
    found = progress(seen, baseline=START, targets=[Point(END.day, wanted)], rising=rising)
    assert found.status in Status


def test_a_forecast_stays_between_nothing_and_the_most_there_can_be():
    falling = [Point(date(2026, month, 1), 30.0 - 10 * month) for month in (1, 2, 3)]
    rising = [Point(date(2026, month, 1), 60.0 + 10 * month) for month in (1, 2, 3)]

    assert forecast(falling, date(2027, 1, 1)).value == 0
    assert forecast(rising, date(2027, 1, 1), most=100).value == 100
    assert forecast(rising, date(2027, 1, 1)).value > 100
