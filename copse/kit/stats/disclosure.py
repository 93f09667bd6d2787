"""Makes a table of counts safe to publish.

Three rules, applied in this order. A cell of 1 to 4 is withheld. What remains is rounded to the
nearest 5. Every total is the sum of the cells as published, so that taking the published cells
from a total never leaves a withheld one. (A true total would: in our trial nine tables of ten
gave at least one hidden cell away by subtraction.)

Times are published as the bound of a bucket, and only where at least ten items stand behind them:
an exact duration can be the fingerprint of one case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MINIMUM = 5
ROUNDING = 5
PERCENTILE_ITEMS = 10
# The bucket of what took longer than the last bound.
OVER = "over"


@dataclass(frozen=True)
class Cell:
    """One published figure; `value` is None where it is withheld."""

    row: str
    column: str
    value: int | None

    @property
    def withheld(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Table:
    """Published cells, and totals that are sums of them."""

    cells: tuple[Cell, ...]
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class Percentiles:
    """Median and 90th percentile as upper bounds of buckets; None where withheld.

    A figure of `OVER` means: longer than the last bound.
    """

    median: str | None
    ninetieth: str | None

    @property
    def withheld(self) -> bool:
        return self.median is None


WITHHELD = Percentiles(None, None)


def safe_count(count: int) -> int | None:
    """The count as it may be published: None for 1 to 4, else rounded to the nearest 5.

    Raises `ValueError` for a count below zero.
    """
    if count < 0:
        message = f"a count cannot be {count}"
        raise ValueError(message)
    if 0 < count < MINIMUM:
        return None
    return (count + ROUNDING // 2) // ROUNDING * ROUNDING


def safe_table(
    counts: Mapping[tuple[str, str], int], *, rows: Sequence[str], columns: Sequence[str]
) -> Table:
    """A complete grid of published cells with additive totals; what is not counted is zero.

    Raises `ValueError` when a count lies outside the grid: it would be lost without a word.
    """
    outside = [key for key in counts if key[0] not in rows or key[1] not in columns]
    if outside:
        message = f"{len(outside)} counts lie outside the table"
        raise ValueError(message)
    cells = tuple(
        Cell(row, column, safe_count(counts.get((row, column), 0)))
        for row in rows
        for column in columns
    )
    return Table(
        cells=cells,
        rows={row: _sum(cell for cell in cells if cell.row == row) for row in rows},
        columns={name: _sum(cell for cell in cells if cell.column == name) for name in columns},
        total=_sum(cells),
    )


def _sum(cells: Iterable[Cell]) -> int:
    return sum(cell.value or 0 for cell in cells)


def percentiles(histogram: Mapping[str, int], bounds: Sequence[str]) -> Percentiles:
    """Median and 90th percentile (nearest rank) of a histogram whose buckets end at `bounds`.

    Withheld under ten items. Raises `ValueError` for a bucket that is no bound.
    """
    order = [*bounds, OVER]
    if not set(histogram) <= set(order):
        message = f"unknown buckets: {sorted(set(histogram) - set(order))}"
        raise ValueError(message)
    items = sum(histogram.values())
    if items < PERCENTILE_ITEMS:
        return WITHHELD
    return Percentiles(_rank(histogram, order, items, 50), _rank(histogram, order, items, 90))


def _rank(histogram: Mapping[str, int], order: Sequence[str], items: int, percent: int) -> str:
    wanted = -(-items * percent // 100)
    seen = 0
    for bucket in order:
        seen += histogram.get(bucket, 0)
        if seen >= wanted:
            return bucket
    return OVER
