"""Asking for work: one call inside the caller's transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from copse.base.database import context
from copse.base.database.roles import ROOMS


def defer(
    name: str,
    *,
    desk: UUID | None = None,
    at: datetime | None = None,
    lock: str | None = None,
    room: str | None = None,
    **arguments: Any,
) -> None:
    """Ask for `name` to be run for `desk` once this transaction is committed, not before `at`.

    Without `desk` it is the open compartment's when that is in the task's room, else the room's
    default desk. Jobs with the same `lock` run one after another. Arguments are ids and codes:
    the queue is no place for what somebody wrote.
    """
    here = context()
    target = room or _room_of(name) or (here.room if here else None)
    if desk is None and here is not None and here.room == target:
        desk = here.desk
    job = app.configure_task(
        name, allow_unknown=True, lock=lock, schedule_at=at, queue=_queue(name)
    )
    job.defer(room=target, desk=str(desk) if desk else None, arguments=arguments)


def _room_of(name: str) -> str | None:
    first = name.partition(".")[0]
    return first if first in ROOMS else None


def _queue(name: str) -> str:
    return name.partition(".")[0]
