import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.stats import OVER, PERCENTILE_ITEMS, percentiles, rounded, small

BOUNDS = ("1", "4", "24")
histograms = st.dictionaries(st.sampled_from([*BOUNDS, OVER]), st.integers(0, 30))


@given(histograms)
def test_a_time_is_withheld_where_too_few_stand_on_either_side(histogram):
    found, items = percentiles(histogram, BOUNDS), sum(histogram.values())
    assert (found.median is None) == (items < 10)
    assert (found.ninetieth is None) == (items < 50)


@given(histograms)
def test_at_least_half_and_nine_tenths_lie_within_the_bounds(histogram):
    found = percentiles(histogram, BOUNDS)
    order, items = [*BOUNDS, OVER], sum(histogram.values())
    for bound, percent in ((found.median, 50), (found.ninetieth, 90)):
        if bound is None:
            continue
        within = sum(histogram.get(b, 0) for b in order[: order.index(bound) + 1])
        assert within * 100 >= items * percent


def test_the_figures_by_hand():
    assert [small(n, 5) for n in (0, 1, 4, 5)] == [False, True, True, False]
    assert [small(n, 10) for n in (0, 9, 10)] == [False, True, False]
    assert [rounded(n) for n in (0, 5, 7, 8, 12, 13)] == [0, 5, 5, 10, 10, 15]
    assert PERCENTILE_ITEMS == {50: 10, 90: 50}
    assert percentiles({"1": 5, "4": 4, OVER: 1}, BOUNDS).median == "1"
    assert percentiles({"1": 25, "4": 20, OVER: 5}, BOUNDS).ninetieth == "4"


def test_what_does_not_fit_is_an_error_and_never_lost():
    with pytest.raises(ValueError, match="cannot be -1"):
        small(-1, 5)
    with pytest.raises(ValueError, match="unknown buckets"):
        percentiles({"7": 1}, BOUNDS)
