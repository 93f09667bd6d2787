"""Handing something to another desk, as part of one's own act."""

from uuid import UUID

from copse.base import audit
from copse.base.database import context
from copse.base.handover.transport import Local, Transport
from copse.base.jobs.running import DESKLESS
from copse.base.organisations.queries import desk_for
from copse.kit.parcels import Parcel

SEND = "handover.parcel.send"


def send(room: str, parcel: Parcel, desk: UUID | None = None) -> None:
    """Send a parcel to a desk of `room`, the default one unless named, when this act commits.

    Raises `NoDesk` when the room has none, `RuntimeError` outside a compartment.
    """
    if context() is None:
        raise RuntimeError("Not inside a desk: a parcel is sent as part of a desk's act.")
    if desk is None and room not in DESKLESS:
        desk = desk_for(room).id
    _transport().carry(parcel, room=room, desk=desk)
    audit.record(None, SEND, parcel.id, kind=parcel.KIND, version=parcel.VERSION, to=room)


def _transport() -> Transport:
    return Local()
