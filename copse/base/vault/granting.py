"""Granting a desk's key to a colleague, as a member does it in a page."""

from contextlib import suppress
from uuid import UUID

from copse.base import audit, database
from copse.base.access import Actor
from copse.base.accounts.models import User
from copse.base.vault import keys, records
from copse.base.vault.errors import Locked


def waiting_at(actor: Actor) -> list[User]:
    """Members of the actor's desk who cannot open its key yet.

    Looking here also re-wraps some old records, so that a former key fades away by itself.
    """
    with database.as_desk(actor.desk, actor.user_id):
        if actor.keyring is not None:
            # A member without the key waits for it too, and re-wraps nothing.
            with suppress(Locked):
                records.rewrap_some(actor)
        return list(User.objects.filter(pk__in=keys.pending_grants(actor.desk.id)))


def grant_to(actor: Actor, member: UUID) -> None:
    """Grant and write it down. Raises `Locked`."""
    with database.as_desk(actor.desk, actor.user_id):
        keys.grant(actor, member)
        audit.record(actor, f"{actor.desk.room}.key.grant", member)
