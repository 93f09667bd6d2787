"""Taking in what the observatory knows about the plan's indicators."""

from datetime import date
from decimal import Decimal

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.parcels import IndicatorValue, IndicatorValues
from copse.strategy.models import Value
from copse.strategy.workflow import PlanAction


def receive(*, actor: Actor, parcel: IndicatorValues) -> int:
    """Keep each value unless a later vintage is there already; returns how many were new."""
    access.require(actor, PlanAction.RECEIVE)
    known = {_key(one): one.vintage for one in Value.objects.filter(
        indicator__in={one.indicator for one in parcel.values},
        period__in={one.period for one in parcel.values},
    )}  # fmt: skip
    # Parcels may overtake each other; an old vintage must not bury a correction.
    wanted = {
        _key(one): _row(actor, one)
        for one in sorted(parcel.values, key=lambda one: one.vintage)
        if known.get(_key(one), 0) <= one.vintage
    }
    Value.objects.bulk_create(
        wanted.values(), update_conflicts=True,
        unique_fields=["desk_id", "indicator", "period", "breakdown"],
        update_fields=["value", "origin", "vintage", "taken_on"],
    )  # fmt: skip
    audit.record(actor, PlanAction.RECEIVE, parcel.id, values=len(wanted))
    return len(wanted)


def _key(one: Value | IndicatorValue) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return one.indicator, one.period, tuple(sorted(one.breakdown.items()))


def _row(actor: Actor, one: IndicatorValue) -> Value:
    return Value(
        desk_id=actor.desk.id, indicator=one.indicator, period=one.period,
        breakdown=one.breakdown, value=None if one.value is None else Decimal(one.value),
        origin=one.origin, vintage=one.vintage, taken_on=date.fromisoformat(one.taken_on),
    )  # fmt: skip
