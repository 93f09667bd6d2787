from uuid import UUID

from copse.base import jobs
from copse.base.access import Actor
from copse.base.outbox import retention

retention.declare()


@jobs.task("outbox.send", transaction=False)
def send(actor: Actor, message: str) -> None:
    from copse.base.outbox import sending

    sending.send(actor, UUID(message))


@jobs.every("outbox.sweep", cron="*/15 * * * *", room="*")
def sweep(actor: Actor) -> None:
    from copse.base.audit.models import WRITERS
    from copse.base.outbox import sending

    # The clock calls every place with a queue; the portal has no outbox, nor has a room that may
    # not write one.
    if actor.desk.room in WRITERS:
        sending.sweep(actor)


@jobs.every("audit.checkpoint", cron="17 2 * * *", room="administration")
def checkpoint(actor: Actor) -> None:
    from copse.base import audit
    from copse.base.audit import checkpoints

    checkpoints.take()
    audit.record(actor, "administration.audit.checkpoint", None)
