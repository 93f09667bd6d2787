from copse.base import handover
from copse.base.access import Actor
from copse.kit.parcels import FactSheet
from copse.observatory import services


@handover.handles(FactSheet)
def receive_sheet(parcel: FactSheet, actor: Actor) -> None:
    services.receive(actor=actor, sheet=parcel)
