from copse.base import handover
from copse.base.access import Actor
from copse.kit.parcels import IndicatorValues
from copse.strategy.services import values


@handover.handles(IndicatorValues)
def receive_values(parcel: IndicatorValues, actor: Actor) -> None:
    values.receive(actor=actor, parcel=parcel)
