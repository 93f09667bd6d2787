"""Taking in what the observatory knows about the plan's indicators."""

from datetime import date
from decimal import Decimal

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.parcels import IndicatorValues
from copse.strategy.models import Value
from copse.strategy.workflow import PlanAction


def receive(*, actor: Actor, parcel: IndicatorValues) -> int:
    """Keep each value unless a later vintage is there already; returns how many were new."""
    access.require(actor, PlanAction.RECEIVE)
    kept = 0
    for one in parcel.values:
        known = Value.objects.filter(
            indicator=one.indicator, period=one.period, breakdown=one.breakdown
        ).first()
        # Parcels may overtake each other; an old vintage must not bury a correction.
        if known is not None and known.vintage > one.vintage:
            continue
        Value.objects.update_or_create(
            desk_id=actor.desk.id, indicator=one.indicator, period=one.period,
            breakdown=one.breakdown,
            defaults={
                "value": None if one.value is None else Decimal(one.value),
                "origin": one.origin,
                "vintage": one.vintage,
                "taken_on": date.fromisoformat(one.taken_on),
            },
        )  # fmt: skip
        kept += 1
    audit.record(actor, PlanAction.RECEIVE, parcel.id, values=kept)
    return kept
