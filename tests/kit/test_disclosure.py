import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.stats import MINIMUM, OVER, ROUNDING, percentiles, safe_count, safe_table

ROWS = ("2026-01", "2026-02", "2026-03")
COLUMNS = ("content", "contact", "conduct")
BOUNDS = ("1", "4", "24")
counts = st.dictionaries(
    st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), st.integers(0, 60)
)
histograms = st.dictionaries(st.sampled_from([*BOUNDS, OVER]), st.integers(0, 30))


@given(counts)
def test_no_published_cell_is_smaller_than_the_minimum(given_counts):
    table = safe_table(given_counts, rows=ROWS, columns=COLUMNS)
    for cell in table.cells:
        true = given_counts.get((cell.row, cell.column), 0)
        assert cell.withheld == (0 < true < MINIMUM)
        if cell.value is not None:
            assert cell.value == 0 or cell.value >= MINIMUM
            assert cell.value % ROUNDING == 0
            assert abs(cell.value - true) <= ROUNDING // 2


@given(counts)
def test_totals_are_the_sums_of_what_is_published(given_counts):
    table = safe_table(given_counts, rows=ROWS, columns=COLUMNS)
    shown = sum(cell.value or 0 for cell in table.cells)
    assert table.total == shown == sum(table.rows.values()) == sum(table.columns.values())


@given(counts, st.sampled_from(ROWS), st.sampled_from(COLUMNS))
def test_a_withheld_cell_changes_nothing_that_is_published(given_counts, row, column):
    """Whatever hides behind “fewer than 5”, the published table is the same."""
    tables = {
        safe_table({**given_counts, (row, column): hidden}, rows=ROWS, columns=COLUMNS).total
        for hidden in range(1, MINIMUM)
    }
    assert len(tables) == 1


@given(histograms)
def test_times_are_withheld_under_ten_items(histogram):
    found = percentiles(histogram, BOUNDS)
    assert found.withheld == (sum(histogram.values()) < 10)
    assert (found.median is None) == (found.ninetieth is None)


@given(histograms)
def test_at_least_half_and_nine_tenths_lie_within_the_bounds(histogram):
    found = percentiles(histogram, BOUNDS)
    if found.withheld:
        return
    order, items = [*BOUNDS, OVER], sum(histogram.values())
    for bound, percent in ((found.median, 50), (found.ninetieth, 90)):
        within = sum(histogram.get(b, 0) for b in order[: order.index(bound) + 1])
        assert within * 100 >= items * percent


def test_the_figures_by_hand():
    assert [safe_count(n) for n in (0, 1, 4, 5, 7, 8, 12, 13)] == [
        0, None, None, 5, 5, 10, 10, 15,
    ]  # fmt: skip
    assert percentiles({"1": 5, "4": 4, OVER: 1}, BOUNDS).median == "1"
    assert percentiles({"1": 5, "4": 4, OVER: 1}, BOUNDS).ninetieth == "4"


def test_what_does_not_fit_is_an_error_and_never_lost():
    with pytest.raises(ValueError, match="outside"):
        safe_table({("2025-01", "content"): 9}, rows=ROWS, columns=COLUMNS)
    with pytest.raises(ValueError, match="cannot be -1"):
        safe_count(-1)
    with pytest.raises(ValueError, match="unknown buckets"):
        percentiles({"7": 1}, BOUNDS)
