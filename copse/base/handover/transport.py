"""How a parcel travels. Within one install it is a row and a job in the sender's transaction.

When desks are separate installs, the same parcel goes as a signed, retried HTTP message; that
transport will implement this Protocol, and no room will know which one carried its parcel.
"""

from typing import Protocol
from uuid import UUID

from copse.base import jobs
from copse.base.database import context
from copse.base.handover.models import ParcelOnItsWay
from copse.kit.parcels import Parcel


class Transport(Protocol):
    """Carries a parcel to a desk: stored when `carry` returns and the act commits, never lost,
    perhaps delivered twice; the receiver makes it once in effect.
    """  # noqa: D205 - one guarantee, one sentence

    def carry(self, parcel: Parcel, *, room: str, desk: UUID | None) -> None: ...


class Local:
    """To a desk of this install."""

    def carry(self, parcel: Parcel, *, room: str, desk: UUID | None) -> None:
        here = context()
        assert here is not None
        row = ParcelOnItsWay(
            kind=parcel.KIND,
            version=parcel.VERSION,
            sender_room=here.room,
            sender_desk=here.desk,
            room=room,
            desk=desk,
            body=parcel.to_json(),
        )
        # Its key is made here: the sender may write and never read.
        row.save(force_insert=True)
        jobs.defer("handover.receive", room=room, desk=desk, parcel=str(row.pk))
