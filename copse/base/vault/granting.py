"""What a member does with a desk's key in a page: grants it, makes it a new recovery key."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from copse.base import audit, database
from copse.base.access import Actor
from copse.base.accounts.models import User
from copse.base.organisations.models import Desk
from copse.base.vault import keys, records
from copse.base.vault.errors import Locked
from copse.base.vault.models import DeskKey

IN_PASSING = 100


@dataclass(frozen=True)
class AtDesk:
    """One desk's part of the page of keys: who waits, and whether this member opens the key."""

    desk: Desk
    waiting: list[User]
    opens: bool


def at_desks(actors: Iterable[Actor]) -> list[AtDesk]:
    """The desks of a member with colleagues who cannot open the key yet."""
    found = []
    for actor in actors:
        with database.as_desk(actor.desk, actor.user_id):
            waiting = list(User.objects.filter(pk__in=keys.pending_grants(actor.desk.id)))
            found.append(AtDesk(desk_of(actor), waiting, opens_key(actor)))
    return found


def desk_of(actor: Actor) -> Desk:
    """The desk's own row, for its name."""
    return Desk.objects.get(pk=actor.desk.id)


def opens_key(actor: Actor) -> bool:
    """Whether the actor opens the present key of the desk they are inside of."""
    if not isinstance(actor.keyring, keys.Keyring):
        return False
    present = DeskKey.objects.filter(desk_id=actor.desk.id, active=True).first()
    return present is not None and actor.keyring.opens(present.id)


def grant_to(actor: Actor, member: UUID) -> None:
    """Grant and write it down. Raises `Locked`."""
    with database.as_desk(actor.desk, actor.user_id):
        keys.grant(actor, member)
        audit.record(actor, f"{actor.desk.room}.key.grant", member)


def replace_recovery(actor: Actor) -> str:
    """Make the desk a new recovery key and write it down; returns it. Raises `Locked`."""
    with database.as_desk(actor.desk, actor.user_id):
        if not opens_key(actor):
            raise Locked.ask_a_colleague()
    # A next key first: else the old recovery key and an old backup would open what comes later.
    with database.as_room("administration"):
        keys.rotate(actor.desk.id)
    with database.as_desk(actor.desk, actor.user_id):
        recovery = keys.replace_recovery(actor)
        audit.record(actor, f"{actor.desk.room}.key.recovery", actor.desk.id)
    return recovery


def rewrap_in_passing(actor: Actor) -> None:
    """Re-wrap a few old records of a member's desk, so that a former key fades away by itself."""
    with suppress(Locked), database.as_desk(actor.desk, actor.user_id):
        records.rewrap_some(actor, IN_PASSING)
