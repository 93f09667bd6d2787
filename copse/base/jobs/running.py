"""Doing one job: inside its desk, as the system, whole or not at all."""

from importlib import import_module
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from copse.base import database
from copse.base.database import DeskKey
from copse.base.jobs.registry import TASKS, Task
from copse.kit.errors import OursError

# These rooms have no desk: they are the public's side, and hold no desk's rows.
DESKLESS = frozenset({"portal", "public"})
NO_DESK = UUID(int=0)


class UnknownTask(OursError):  # noqa: N818 - named for the state
    """No task has this name: the job was asked for by another version of this install."""

    code = "unknown-task"


def run(name: str, *, room: str | None, desk: str | None, arguments: dict[str, Any]) -> None:
    """Do one job. Raises whatever the work raises; nothing of it stays then."""
    known = TASKS.get(name)
    if known is None:
        raise UnknownTask(f"No task is called “{name}”. Was a room removed?", task=name)
    if room in DESKLESS:
        _deskless(known, room, arguments)
        return
    key = key_of(room, UUID(desk) if desk else None)
    # Named, not imported: access stands above jobs.
    actor = import_string("copse.base.access.system")(key)
    if not known.transaction:
        known.work(actor, **arguments)
        return
    with database.as_desk(key):
        known.work(actor, **arguments)


def key_of(room: str | None, desk: UUID | None) -> DeskKey:
    """The desk a job is for. Raises when there is none."""
    queries = import_module("copse.base.organisations.queries")
    found = queries.desk_by_id(desk) if desk else queries.desk_for(room)
    key: DeskKey = found.key
    return key


def _deskless(known: Task, room: str, arguments: dict[str, Any]) -> None:
    actor = import_string("copse.base.access.system")(DeskKey(NO_DESK, room))
    if not known.transaction:
        known.work(actor, **arguments)
        return
    with database.as_room(room):
        known.work(actor, **arguments)
