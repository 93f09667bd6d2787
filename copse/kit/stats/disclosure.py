"""The rules for one number: when it is too small, how it is rounded, what a reader may conclude.

Small means: above zero and under the minimum of its class, 10 where the people counted are
victims and 5 otherwise. What is published is rounded to the nearest 5. Zero is published as zero
and is then exact. Whoever reads a published number knows these rules, so `reader_knows` is where
every attack begins.

Times are published as the bound of a bucket, and only where the minimum stands on either side:
ten items for a median, fifty for the time that nine of ten kept.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

ROUNDING = 5
# The bucket of what took longer than the last bound.
OVER = "over"


class Minimum(IntEnum):
    """The smallest number above zero that may be published."""

    OTHERWISE = 5
    VICTIMS = 10


MINIMUM = int(Minimum.OTHERWISE)
INSTITUTIONS = 3
MEDIAN, NINETIETH = 50, 90
# As many items as leave the minimum above the percentile, and so no fewer below it.
PERCENTILE_ITEMS = {
    percent: -(-MINIMUM * 100 // (100 - percent)) for percent in (MEDIAN, NINETIETH)
}


@dataclass(frozen=True)
class Percentiles:
    """Median and 90th percentile as upper bounds of buckets; None where withheld.

    A figure of `OVER` means: longer than the last bound.
    """

    median: str | None
    ninetieth: str | None


def small(count: int, minimum: int) -> bool:
    """Whether a count may not be published as it is. Raises `ValueError` below zero."""
    if count < 0:
        message = f"a count cannot be {count}"
        raise ValueError(message)
    return 0 < count < minimum


def rounded(count: int) -> int:
    """The count as it is published: the nearest multiple of 5."""
    return (count + ROUNDING // 2) // ROUNDING * ROUNDING


def reader_knows(shown: int | None, minimum: int) -> tuple[float, float]:
    """The least and the most that a published number can stand for.

    A withheld number can be anything: it is never said whether it was withheld for being small
    or to cover another. A published zero is exact, and nothing published is under the minimum.
    """
    if shown is None:
        return 0, math.inf
    if shown == 0:
        return 0, 0
    reach = ROUNDING // 2
    return max(shown - reach, minimum), shown + reach


def percentiles(histogram: Mapping[str, int], bounds: Sequence[str]) -> Percentiles:
    """Median and 90th percentile (nearest rank) of a histogram whose buckets end at `bounds`.

    Each is withheld where too few items stand behind it. Raises `ValueError` for a bucket that
    is no bound.
    """
    order = [*bounds, OVER]
    if not set(histogram) <= set(order):
        message = f"unknown buckets: {sorted(set(histogram) - set(order))}"
        raise ValueError(message)
    return Percentiles(_rank(histogram, order, MEDIAN), _rank(histogram, order, NINETIETH))


def _rank(histogram: Mapping[str, int], order: Sequence[str], percent: int) -> str | None:
    items = sum(histogram.values())
    if items < PERCENTILE_ITEMS[percent]:
        return None
    wanted = -(-items * percent // 100)
    seen = 0
    for bucket in order:
        seen += histogram.get(bucket, 0)
        if seen >= wanted:
            return bucket
    return OVER
