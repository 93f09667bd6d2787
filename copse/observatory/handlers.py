from copse.base import handover
from copse.base.access import Actor
from copse.kit.parcels import FactSheet, FactSheets, PublishedPlan
from copse.observatory import services
from copse.observatory.services import receiving


@handover.handles(FactSheet)
def receive_sheet(parcel: FactSheet, actor: Actor) -> None:
    services.receive(actor=actor, sheet=parcel)


@handover.handles(FactSheets)
def receive_sheets(parcel: FactSheets, actor: Actor) -> None:
    receiving.receive_all(actor=actor, parcel=parcel)


@handover.handles(PublishedPlan)
def receive_plan(parcel: PublishedPlan, actor: Actor) -> None:
    receiving.receive_plan(actor=actor, parcel=parcel)
