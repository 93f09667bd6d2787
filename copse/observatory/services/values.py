"""Telling the strategy room what the indicators come to: rounded and withheld as in public.

Exact counts stay at this desk. A planner of another desk learns what everybody may learn, so that
a goal never shows a small number of children. By the same rule a breakdown of people is not told
at all: its parts and its whole could be subtracted from one another.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from copse.base import access, audit, handover
from copse.base.access import Actor
from copse.base.organisations.queries import desks_in
from copse.kit import stats
from copse.kit.indicators import Indicator, Nature, Statistic, Status, Threshold, catalogue
from copse.kit.parcels import IndicatorValue, IndicatorValues
from copse.kit.stats import Minimum
from copse.observatory.models import Observation, Origin
from copse.observatory.queries import observations as queries
from copse.observatory.workflow import ObservationAction

STRATEGY = "strategy"
MINIMUM = {Threshold.VICTIM: Minimum.VICTIMS, Threshold.OTHER: Minimum.OTHERWISE}
TENTH = Decimal("0.1")
MOST = 500


@dataclass(frozen=True)
class Told:
    """What may be said of an observation outside its desk."""

    status: Status
    value: Decimal | None = None


def send(*, actor: Actor) -> int:
    """Send what was approved since the last time; returns how many values went.

    A country without a strategy room is told nothing, and nothing is lost: the values wait.
    """
    access.require(actor, ObservationAction.SEND)
    rows = queries.unsent()
    if not rows or not desks_in(STRATEGY):
        return 0
    values = [_value(one) for one in rows if _may_leave(one)]
    for part in _parts(values):
        handover.send(STRATEGY, IndicatorValues(id=uuid.uuid4(), values=part))
    Observation.objects.filter(pk__in=[one.pk for one in rows]).update(sent=True)
    audit.record(actor, ObservationAction.SEND, actor.desk.id, values=len(values))
    return len(values)


def _parts(values: list[IndicatorValue]) -> Iterator[tuple[IndicatorValue, ...]]:
    for at in range(0, len(values), MOST):
        yield tuple(values[at : at + MOST])


def _may_leave(one: Observation) -> bool:
    if one.indicator not in catalogue():
        return False
    return not one.breakdown or catalogue()[one.indicator].threshold == Threshold.NONE


def _value(one: Observation) -> IndicatorValue:
    told = guarded(catalogue()[one.indicator], one)
    return IndicatorValue(
        indicator=one.indicator, period=one.period, breakdown=one.breakdown,
        value=None if told.value is None else f"{told.value:f}",
        origin="computed" if one.origin == Origin.COMPUTED else "typed",
        vintage=one.vintage, taken_on=(one.approved_at or one.made_at).date().isoformat(),
    )  # fmt: skip


def guarded(indicator: Indicator, one: Observation) -> Told:
    """An observation as it may be told: withheld where few stand behind it, otherwise rounded."""
    status = Status(one.status)
    if status != Status.KNOWN or one.value is None or indicator.threshold == Threshold.NONE:
        return Told(status, one.value)
    minimum = MINIMUM.get(indicator.threshold, stats.INSTITUTIONS)
    if indicator.statistic == Statistic.MEDIAN:
        items = stats.PERCENTILE_ITEMS[stats.MEDIAN] * minimum // Minimum.OTHERWISE
        return _told(one.value, few=one.denominator is not None and one.denominator < items)
    if indicator.denominator is None and indicator.nature == Nature.COUNT:
        small = stats.small(int(one.value), minimum)
        return _told(_rounded(indicator, int(one.value)), few=small)
    return _share(indicator, one, minimum)


def _told(value: Decimal | int, *, few: bool) -> Told:
    return Told(Status.WITHHELD) if few else Told(Status.KNOWN, Decimal(value))


def _rounded(indicator: Indicator, count: int) -> int:
    return count if indicator.threshold == Threshold.INSTITUTION else stats.rounded(count)


def _share(indicator: Indicator, one: Observation, minimum: int) -> Told:
    """A share of rounded counts: one of exact counts would tell the counts themselves."""
    if one.numerator is None or one.denominator is None:
        asked = one.denominator if one.denominator is not None else minimum
        return _told((one.value or Decimal(0)).quantize(TENTH), few=stats.small(asked, minimum))
    parts = [one.numerator, one.denominator]
    # Who is not among the counted is told by the difference.
    parts += [one.denominator - one.numerator] if one.denominator >= one.numerator else []
    if any(stats.small(part, minimum) for part in parts):
        return Told(Status.WITHHELD)
    above, below = (_rounded(indicator, part) for part in (one.numerator, one.denominator))
    if not below:
        return Told(Status.WITHHELD)
    return Told(Status.KNOWN, (Decimal(above) * indicator.factor / below).quantize(TENTH))


def all_told(rows: Iterable[Observation]) -> list[tuple[Observation, Told]]:
    """Each observation beside what may be told of it."""
    return [(one, guarded(catalogue()[one.indicator], one)) for one in rows]
