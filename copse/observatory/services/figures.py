"""What is published, declared; and the exact tables behind it, made of the sheets received."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from copse.base.facts import HOURS
from copse.kit import stats, taxonomy
from copse.kit.stats import MEDIAN, NINETIETH, TOTAL, Claim, Dimension, Minimum, Table
from copse.observatory.models import Sheet

NOT_KNOWN = "not_known"
CLASSES = (*taxonomy.scheme("risk").codes(parent=""), NOT_KNOWN)
BOUNDS = tuple(str(bound) for bound in HOURS)
STATISTICS = {"median": MEDIAN, "p90": NINETIETH}
# What anybody knows without us: a claim that no release can withhold.
KNOWN = ""


@dataclass(frozen=True)
class Figure:
    """A fact that is published by month and risk class.

    `minimum` is 10 where a victim may be among those counted. `institutions` is three where the
    senders' own figures must not be told from the sum; a national desk publishes its own work, and
    there is nobody to tell it from. The items of a clock are also counted by the fact `items`.
    """

    fact: str
    minimum: Minimum = Minimum.OTHERWISE
    institutions: int = 1
    items: str = ""


# A report may be a child's own, so reports are counted as victims are; the rest counts material.
COUNTED = (
    Figure("hotline.concerns", Minimum.VICTIMS),
    Figure("hotline.decided"),
    Figure("hotline.labelled"),
    Figure("hotline.notices"),
    Figure("hotline.removed"),
)
CLOCKED = (
    Figure("hotline.clock.intake"),
    Figure("hotline.clock.decision", items="hotline.decided"),
    Figure("hotline.clock.notice"),
    Figure("hotline.clock.removal", items="hotline.removed"),
)
COUNTS = tuple(one.fact for one in COUNTED)
CLOCKS = tuple(one.fact for one in CLOCKED)


@dataclass(frozen=True)
class Exact:
    """Exact tables, and what else readers will be told of them or know already."""

    tables: Mapping[str, Table]
    claims: tuple[Claim, ...]

    @classmethod
    def of(cls, sheets: Iterable[Sheet], months: Sequence[str], without: Sequence[str]) -> "Exact":
        """The tables of all figures but those left out."""
        by_fact: dict[str, list[Sheet]] = {}
        for sheet in sheets:
            by_fact.setdefault(sheet.fact, []).append(sheet)
        tables = {
            one.fact: _table(one, by_fact.get(one.fact, []), months, clock=one in CLOCKED)
            for one in (*COUNTED, *CLOCKED)
            if one.fact not in without
        }
        claims: list[Claim] = []
        for one in CLOCKED:
            if one.fact in tables:
                claims += _times(tables[one.fact])
                claims += _links(tables[one.fact], tables.get(one.items))
        return cls(tables, tuple(claims))


def histogram(table: Table, month: str, risk_class: str) -> dict[str, int]:
    """How many items of a clock fell into each bucket."""
    return {bucket: table.numbers[month, risk_class, bucket] for bucket in (*BOUNDS, stats.OVER)}


def subject(fact: str, month: str, risk_class: str, statistic: str) -> str:
    """The name under which a time's claims are made and, if need be, withdrawn."""
    return f"{fact} {month} {risk_class} {statistic}"


def _table(one: Figure, sheets: Iterable[Sheet], months: Sequence[str], *, clock: bool) -> Table:
    counts: Counter[tuple[str, ...]] = Counter()
    senders: dict[tuple[str, ...], set[str]] = {}
    for sheet in sheets:
        for risk_class, bucket, number in _cells(sheet):
            at = (sheet.period, risk_class, bucket) if clock else (sheet.period, risk_class)
            counts[at] += number
            if number:
                senders.setdefault(at, set()).add(str(sheet.source))
    sides: tuple[Dimension, ...] = (
        # The twelve months of another release have another sum; and a month tells nothing of a
        # child that is known to have reported.
        Dimension("month", tuple(months), f"{months[0]}/{months[-1]}", telling=False),
        Dimension("risk_class", CLASSES),
    )
    if clock:
        sides = (*sides, Dimension("hours", (*BOUNDS, stats.OVER)))
    return Table(one.fact, sides, counts, one.minimum, one.institutions, senders, shown=not clock)


def _times(table: Table) -> Iterator[Claim]:
    for month in (*table.dimensions[0].categories, TOTAL):
        for risk_class in (*CLASSES, TOTAL):
            found = stats.percentiles(histogram(table, month, risk_class), BOUNDS)
            for statistic, bound in (("median", found.median), ("p90", found.ninetieth)):
                if bound is not None:
                    yield from _time(table, (month, risk_class), statistic, bound)


def _time(table: Table, at: tuple[str, str], statistic: str, bound: str) -> Iterator[Claim]:
    """That enough items lie within the bound, too few within the one before, and enough in all."""
    name, percent = subject(table.measure, *at, statistic), STATISTICS[statistic]
    order = (*BOUNDS, stats.OVER)
    end = order.index(bound) + 1
    items = table.key((*at, TOTAL))
    within = [(table.key((*at, bucket)), 100) for bucket in order[:end]]
    yield Claim(name, (*within, (items, -percent)), 0, None)
    if end > 1:
        yield Claim(name, (*within[:-1], (items, -percent)), None, -1)
    yield Claim(name, ((items, 1),), stats.PERCENTILE_ITEMS[percent], None)


def _links(clock: Table, counted: Table | None) -> Iterator[Claim]:
    """That a clock stopped as often as the fact beside it was counted, where it did."""
    if counted is None:
        return
    for at in counted.positions:
        if clock.numbers[*at, TOTAL] == counted.numbers[at]:
            yield Claim(KNOWN, ((clock.key((*at, TOTAL)), 1), (counted.key(at), -1)), 0, 0)


def _cells(sheet: Sheet) -> Iterator[tuple[str, str, int]]:
    """Risk class, bucket and number of every cell; further dimensions are added up."""
    for keys, number in sheet.cells:
        named: Mapping[str, str] = dict(zip(sheet.dimensions, keys, strict=True))
        found = named.get("risk_class", "")
        yield found if found in CLASSES else NOT_KNOWN, named.get("hours", ""), number
