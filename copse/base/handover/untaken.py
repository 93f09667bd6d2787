"""Parcels that no desk took, as administrators see them: never what is in one."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from copse.base import jobs

# These jobs carry a parcel; when one fails, it is the parcel that is shown.
CARRIERS = frozenset({"handover.receive", "handover.retry"})


@dataclass(frozen=True)
class Stuck:
    """A parcel that was refused, or that its desk tried to take and could not."""

    id: UUID
    kind: str
    sender: str
    room: str
    desk: UUID | None
    refused: bool
    reason: str
    attempts: int


def stuck() -> list[Stuck]:
    """Every parcel of this install that nobody took; for the administration's compartment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM handover_stuck()")
        return [Stuck(*row) for row in cursor.fetchall()]


def ask_again(parcel: UUID) -> Stuck | None:
    """Have the receiving desk try a parcel again; None when it is not stuck any more.

    The desk does it itself, in its own compartment, where `receiving.retry` writes it down.
    """
    found = next((one for one in stuck() if one.id == parcel), None)
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT handover_forget_tries(%s)", [parcel])
    jobs.defer("handover.retry", room=found.room, desk=found.desk, parcel=str(parcel))
    return found
