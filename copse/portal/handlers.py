"""What desks send to the portal."""

from copse.base.access import Actor
from copse.base.handover import handles
from copse.kit.parcels import Answer
from copse.portal import services


@handles(Answer)
def receive_answer(parcel: Answer, actor: Actor) -> None:
    services.receive_answer(actor=actor, parcel=parcel)
