"""What a release says beside its tables: indicators, the goals that read them, and the plan.

An indicator that is worked out of counts that the tables hold could sharpen what they hide. So each
of its values is declared to the attack as a claim, and is told only where the claim may stand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from copse.kit import periods, stats
from copse.kit.indicators import Indicator, Measured, Statistic, Status, Threshold, catalogue
from copse.kit.stats import MEDIAN, TOTAL, Claim, Table
from copse.observatory.models import Observation
from copse.observatory.queries import goals
from copse.observatory.queries import observations as queries
from copse.observatory.queries.figures import FREE, WITHHELD
from copse.observatory.services import values
from copse.observatory.services.figures import BOUNDS, Exact

SERIES = 36
CLOCK = "hotline.clock."
Terms = tuple[tuple[stats.Key, int], ...]


@dataclass(frozen=True)
class Telling:
    """Everything approved, with what may be told of it, for one release."""

    exact: Exact
    months: tuple[str, ...]
    rows: tuple[tuple[Observation, values.Told], ...]

    @classmethod
    def of(cls, exact: Exact, months: Sequence[str]) -> "Telling":
        """What is approved or locked now. A value that ends after the release waits for the next."""
        rows = [one for one in queries.told() if one.indicator in catalogue()]
        ended = [one for one in rows if periods.months(one.period)[-1] <= months[-1]]
        return cls(exact, tuple(months), tuple(values.all_told(ended)))

    def claims(self) -> Iterator[Claim]:
        """What readers learn of the tables' counts from the values of indicators."""
        for one, told in self.rows:
            indicator = catalogue()[one.indicator]
            if told.value is None or one.breakdown or not self._covered(indicator):
                continue
            if self._within(one.period):
                yield from self._claims(indicator, one.period, told.value)

    def _covered(self, indicator: Indicator) -> bool:
        """Whether it is worked out of counts that are handled as tables about people."""
        return any(fact.startswith("hotline.") for fact in indicator.facts)

    def _within(self, period: str) -> bool:
        return {*periods.months(period)} <= {*self.months}

    def _claims(self, indicator: Indicator, period: str, told: Decimal) -> Iterator[Claim]:
        tables = [self.exact.tables.get(fact) for fact in indicator.facts]
        if None in tables:  # left out of this release, and so is what is made of it
            return
        name = subject(indicator.code, period)
        if indicator.statistic == Statistic.MEDIAN:
            yield from self._median(name, indicator, period, told)
            return
        for side in indicator.sides:
            table = self._table(side)
            places = list(_places(side, period))
            count = sum(table.numbers[place] for place in places)
            low, high = stats.reader_knows(stats.rounded(count), 0)
            yield Claim(name, tuple((table.key(place), 1) for place in places), int(low), int(high))

    def _table(self, side: Measured) -> Table:
        return self.exact.tables[side.fact]

    def _median(
        self, name: str, indicator: Indicator, period: str, told: Decimal
    ) -> Iterator[Claim]:
        """That half of all lie within the bound, and not within the one before."""
        table = self._table(indicator.numerator)
        order = (*BOUNDS, stats.OVER)
        bound = next((one for one in BOUNDS if int(one) == told), stats.OVER)
        end = order.index(bound) + 1
        months = periods.months(period)
        items = tuple((table.key((month, TOTAL, TOTAL)), -MEDIAN) for month in months)

        def upto(last: int) -> Terms:
            return tuple(
                (table.key((month, TOTAL, bucket)), 100)
                for month in months for bucket in order[:last]
            )  # fmt: skip

        yield Claim(name, (*upto(end), *items), 0, None)
        if end > 1:
            yield Claim(name, (*upto(end - 1), *items), None, -1)

    def content(self, kept: Iterable[str]) -> dict[str, Any]:
        """The parts of a release's text; `kept` are the subjects of claims that may be told."""
        stand = {*kept}
        shown = [(one, told) for one, told in self.rows if self._may_stand(one, told, stand)]
        indicators = [self._indicator(one, shown) for one in catalogue()]
        plans = queries.plan_texts()
        body: Mapping[str, Any] = plans[0].body if plans else {}
        seen = [
            goals.Seen(one.indicator, one.period, told.value)
            for one, told in shown
            if told.value is not None and not one.breakdown
        ]
        return {
            "indicators": indicators,
            "goals": goals.goals(body, seen),
            "plan": body,
            "plan_taken_on": plans[0].taken_on.isoformat() if plans else "",
        }

    def _may_stand(self, one: Observation, told: values.Told, stand: set[str]) -> bool:
        indicator = catalogue()[one.indicator]
        if one.breakdown:
            # Parts of people and their whole could be subtracted from one another.
            return indicator.threshold == Threshold.NONE
        if told.value is None or not self._covered(indicator):
            return True
        return subject(one.indicator, one.period) in stand

    def _indicator(
        self, indicator: Indicator, shown: Sequence[tuple[Observation, values.Told]]
    ) -> dict[str, Any]:
        mine = [(one, told) for one, told in shown if one.indicator == indicator.code]
        mine.sort(key=lambda item: periods.last_day(item[0].period))
        whole = [(one, told) for one, told in mine if not one.breakdown][-SERIES:]
        made: dict[str, Any] = {
            "code": indicator.code, "unit": indicator.unit, "facts": list(indicator.facts),
            "status": "waiting" if indicator.waiting else "absent",
            "waiting_for": indicator.source if indicator.waiting else None,
            "value": None, "period": None, "origin": None, "vintage": None, "taken_on": None,
            "series": [_point(one, told) for one, told in whole],
            "breakdowns": [
                {"dimension": dimension, "key": key, **_point(one, told)}
                for one, told in mine for dimension, key in one.breakdown.items()
            ],
        }  # fmt: skip
        if whole:
            made |= _newest(*whole[-1])
        return made


def _places(side: Measured, period: str) -> Iterator[tuple[str, ...]]:
    """The positions of a table that one side of a formula adds up."""
    for month in periods.months(period):
        if not side.fact.startswith(CLOCK):
            yield month, TOTAL
        elif not side.within_hours:
            yield month, TOTAL, TOTAL
        else:
            yield from ((month, TOTAL, one) for one in BOUNDS if int(one) <= side.within_hours)


def subject(code: str, period: str) -> str:
    """The name under which an indicator's value is declared to the attack."""
    return f"indicator {code} {period}"


def _point(one: Observation, told: values.Told) -> dict[str, Any]:
    return {
        "period": one.period,
        "value": _text(told.value),
        "conf_status": WITHHELD if told.status == Status.WITHHELD else FREE,
        "vintage": one.vintage,
    }


def _newest(one: Observation, told: values.Told) -> dict[str, Any]:
    return {
        "status": str(told.status),
        "waiting_for": None,
        "value": _text(told.value),
        "period": one.period,
        "origin": str(one.origin),
        "vintage": one.vintage,
        "taken_on": (one.approved_at or one.made_at).date().isoformat(),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
