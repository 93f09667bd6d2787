"""How cells of facts become the value of an indicator: plain arithmetic, exact, and of no person's.

A flow adds the months of a period up; a stock is what its last month says. Nothing is rounded and
nothing withheld here: that is disclosure control's work, on the way out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum, auto

from copse.kit import periods
from copse.kit.indicators.model import Indicator, Measured, Over, Statistic

Keys = tuple[str, ...]
Breakdown = tuple[tuple[str, str], ...]
Cell = tuple[Mapping[str, str], int]
WHOLE: Breakdown = ()
# The bucket of what took longer than the last bound.
OVER = "over"
YEAR = "year"
PLACES = Decimal("0.0001")


class Status(StrEnum):
    """What can be said of an indicator in a period."""

    KNOWN = auto()
    WITHHELD = auto()
    """Known, and too small to be told."""
    WAITING = auto()
    """Nothing counts it yet."""
    ABSENT = auto()
    """A month that it needs was not counted."""
    UNDEFINED = auto()
    """There was nothing to divide by."""


@dataclass(frozen=True)
class Counted:
    """One fact: what its months mean, the names of a cell's keys, and the cells of each month."""

    over: Over
    dimensions: tuple[str, ...]
    months: Mapping[str, Mapping[Keys, int]]
    bounds: tuple[str, ...] = ()
    _named: dict[str, list[Cell]] = field(default_factory=dict, compare=False, repr=False)

    def read(self, period: str) -> tuple[str, ...]:
        """The months that a period is made of: all for a flow, the last one for a stock."""
        found = periods.months(period)
        return found[-1:] if self.over == Over.STOCK else found

    def missing(self, period: str) -> tuple[str, ...]:
        """The months it would need and nobody counted."""
        return tuple(month for month in self.read(period) if month not in self.months)

    def cells(self, period: str) -> list[Cell]:
        """Every cell of a period with its keys by name; named once, for each breakdown reads it."""
        if period not in self._named:
            self._named[period] = [
                (dict(zip(self.dimensions, keys, strict=True)), number)
                for month in self.read(period)
                for keys, number in self.months.get(month, {}).items()
            ]
        return self._named[period]


@dataclass(frozen=True)
class Result:
    """What an indicator comes to in a period, as a whole or for one key of a dimension.

    `denominator` is the number of items of a median. `missing` names facts and months.
    """

    breakdown: Breakdown
    status: Status
    value: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    missing: tuple[str, ...] = field(default=())


def cadence_of(indicator: Indicator, overs: Iterable[Over]) -> str:
    """How long the periods are that it is computed for.

    What only asks for stocks is known each month: its cadence says how old it may grow.
    """
    return "monthly" if set(overs) == {Over.STOCK} else indicator.cadence


def compute(
    indicator: Indicator,
    period: str,
    facts: Mapping[str, Counted],
    also: Iterable[Breakdown] = (),
) -> list[Result]:
    """The whole, and a result for each key of each dimension that every side knows.

    `also` names keys that had a value before, so that one which vanished is said to be nothing.
    """
    missing = [
        f"{fact} {month}"
        for fact in indicator.facts
        for month in (facts[fact].missing(period) if fact in facts else periods.months(period))
    ]
    if missing:
        return [Result(WHOLE, Status.ABSENT, missing=tuple(missing))]
    known = set(also) | {WHOLE} | set(_breakdowns(indicator, period, facts))
    return [_result(indicator, period, facts, one) for one in sorted(known)]


def _breakdowns(
    indicator: Indicator, period: str, facts: Mapping[str, Counted]
) -> Iterator[Breakdown]:
    for dimension in indicator.by:
        if all(dimension in facts[fact].dimensions for fact in indicator.facts):
            for side in indicator.sides:
                # Asked for by its name, a year is any year.
                every = ((dimension, None),)
                for named, _number in _kept(side, facts[side.fact], period, every):
                    yield ((dimension, named[dimension]),)


def _kept(
    side: Measured, counted: Counted, period: str, breakdown: Iterable[tuple[str, str | None]]
) -> Iterator[tuple[Mapping[str, str], int]]:
    """The cells that one side reads for one breakdown; a key of None is any key."""
    wanted = dict(breakdown)
    for named, number in counted.cells(period):
        # Money of other years is in the plan, too; a value is about its own year.
        own = YEAR not in named or YEAR in wanted or named[YEAR] == period[:4]
        if (
            own
            and all(named.get(name) in keys for name, keys in side.where.items())
            and all(key is None or named.get(name) == key for name, key in wanted.items())
        ):
            yield named, number


def _result(
    indicator: Indicator, period: str, facts: Mapping[str, Counted], breakdown: Breakdown
) -> Result:
    numerator = facts[indicator.numerator.fact]
    if indicator.statistic == Statistic.MEDIAN:
        return _median(indicator.numerator, numerator, period, breakdown)
    above = _total(indicator.numerator, numerator, period, breakdown)
    if indicator.denominator is None:
        return Result(breakdown, Status.KNOWN, Decimal(above), above)
    below = _total(indicator.denominator, facts[indicator.denominator.fact], period, breakdown)
    return divided(indicator, above, below, breakdown)


def divided(indicator: Indicator, above: int, below: int, breakdown: Breakdown = WHOLE) -> Result:
    """Numerator ÷ denominator × factor; nothing to divide by is undefined, and no error."""
    if below == 0:
        return Result(breakdown, Status.UNDEFINED, None, above, below)
    value = (Decimal(above) * indicator.factor / Decimal(below)).quantize(PLACES)
    return Result(breakdown, Status.KNOWN, value, above, below)


def _total(side: Measured, counted: Counted, period: str, breakdown: Breakdown) -> int:
    return sum(
        number
        for named, number in _kept(side, counted, period, breakdown)
        if not side.within_hours or _within(named[counted.dimensions[-1]], side.within_hours)
    )


def _within(bucket: str, hours: int) -> bool:
    return bucket != OVER and int(bucket) <= hours


def _median(side: Measured, counted: Counted, period: str, breakdown: Breakdown) -> Result:
    """The upper bound of the bucket in the middle; of what is over, the last bound there is."""
    buckets: dict[str, int] = {}
    for named, number in _kept(side, counted, period, breakdown):
        name = named[counted.dimensions[-1]]
        buckets[name] = buckets.get(name, 0) + number
    items = sum(buckets.values())
    if not items:
        return Result(breakdown, Status.UNDEFINED, None, 0, 0)
    bounds = counted.bounds or _bounds(buckets)
    seen = 0
    for bound in bounds:
        seen += buckets.get(bound, 0)
        if 2 * seen >= items:
            return Result(breakdown, Status.KNOWN, Decimal(bound), items, items)
    return Result(breakdown, Status.KNOWN, Decimal(bounds[-1]), items, items)


def _bounds(buckets: Mapping[str, int]) -> Sequence[str]:
    return sorted((name for name in buckets if name != OVER), key=int) or ("0",)
