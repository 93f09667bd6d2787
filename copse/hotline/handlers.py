"""What the portal sends here, and what the strategy room says of the law."""

from copse.base.access import Actor
from copse.base.handover import handles
from copse.hotline.services import concerns, labels
from copse.kit.parcels import Concern, LegalGrounds, ReporterMessage, Withdrawal


@handles(Concern)
def receive_concern(parcel: Concern, actor: Actor) -> None:
    concerns.receive(actor=actor, parcel=parcel)


@handles(ReporterMessage)
def receive_message(parcel: ReporterMessage, actor: Actor) -> None:
    concerns.hear(actor=actor, parcel=parcel)


@handles(Withdrawal)
def receive_withdrawal(parcel: Withdrawal, actor: Actor) -> None:
    concerns.withdraw(actor=actor, parcel=parcel)


@handles(LegalGrounds)
def receive_grounds(parcel: LegalGrounds, actor: Actor) -> None:
    labels.receive(actor=actor, parcel=parcel)
