"""What did not work in this install: jobs given up, parcels nobody took, messages nobody took.

Administrators see that it is so and have it tried again. Names, rooms and numbers only: what a
job was given, what is in a parcel and what a message of another desk says is not theirs to read.
"""

from dataclasses import dataclass
from uuid import UUID

from copse.base import access, audit, handover, jobs
from copse.base.access import Actor
from copse.base.handover import Stuck
from copse.base.jobs import FailedJob
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import AdministrationAction as Action
from copse.base.outbox.workflow import Stage

SHOWN = 100


@dataclass(frozen=True)
class Troubles:
    jobs: list[FailedJob]
    parcels: list[Stuck]
    messages: int
    """Given up, of the administration's own, such as the audit log's checkpoints."""

    @property
    def number(self) -> int:
        return len(self.jobs) + len(self.parcels) + self.messages


def troubles_for(viewer: Actor) -> Troubles:
    """Everything that did not work, oldest first."""
    access.require(viewer, Action.VIEW)
    unsent = Message.objects.filter(desk_id=viewer.desk.id, stage=Stage.FAILED)
    return Troubles(lost_jobs(), handover.stuck(), unsent.count())


def lost_jobs() -> list[FailedJob]:
    """Jobs given up, but for those that carry a parcel: there the parcel itself is shown."""
    return [job for job in jobs.failed() if job.name not in handover.CARRIERS]


def number_for(viewer: Actor) -> int:
    """How much did not work, for the notice on an administrator's first page; 0 for others."""
    return troubles_for(viewer).number if access.may(viewer, Action.VIEW) else 0


def retry_job(actor: Actor, number: int) -> bool:
    """Have a job tried anew; False when it is no longer there."""
    access.require(actor, Action.RETRY)
    return _noted(actor, Action.RETRY, number, jobs.ask_again(number))


def dismiss_job(actor: Actor, number: int) -> bool:
    """Forget a job, because it is no longer needed; False when it is no longer there."""
    access.require(actor, Action.DISMISS)
    return _noted(actor, Action.DISMISS, number, jobs.put_aside(number))


def _noted(actor: Actor, action: Action, number: int, name: str | None) -> bool:
    if name is None:
        return False
    # Clock jobs are called `room.work@clock`, and the log takes no such sign.
    audit.record(actor, action, UUID(int=number), job=name.replace("@", ":")[:64])
    return True


def retry_parcel(actor: Actor, parcel: UUID) -> bool:
    """Have a parcel tried again by its receiver; False when it is not stuck any more."""
    access.require(actor, Action.RETRY)
    found = handover.ask_again(parcel)
    if found is None:
        return False
    audit.record(actor, Action.RETRY, parcel, kind=found.kind, room=found.room)
    return True
