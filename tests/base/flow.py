"""Desks for the tests of jobs and handover, without people."""

from copse.base import database
from copse.base.organisations.models import Desk, Organisation


def desk(room, name=None, *, default=True):
    with database.as_room("administration"):
        body = Organisation(name=name or room.title(), kind="agency")
        body.save(force_insert=True)
        made = Desk(organisation=body, room=room, name=name or room.title(), is_default=default)
        made.save(force_insert=True)
    return made
