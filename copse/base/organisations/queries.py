"""Reading the register."""

from uuid import UUID

from copse.base.organisations.models import Desk
from copse.kit.errors import OursError


class NoDesk(OursError):  # noqa: N818 - named for the state
    """The install has no desk in this room yet."""

    code = "no-desk"


def desk_for(room: str) -> Desk:
    """The desk that takes what is sent to a room. Raises `NoDesk`."""
    desk = Desk.objects.filter(room=room, is_default=True).first()
    if desk is None:
        sentence = f"No desk is set up for “{room}”. Run `copse init` to add one."
        raise NoDesk(sentence, room=room)
    return desk


def desk_by_id(desk: UUID) -> Desk:
    """One desk. Raises `Desk.DoesNotExist`."""
    return Desk.objects.get(pk=desk)


def desks_in(room: str) -> list[Desk]:
    """Every desk of a room."""
    return list(Desk.objects.filter(room=room).order_by("name"))
