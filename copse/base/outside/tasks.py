"""Work of the outside that nobody presses a button for."""

from copse.base import jobs
from copse.base.access import Actor
from copse.base.outside import inbox


@jobs.every("outside.inbox", cron="* * * * *", room="hotline", transaction=False)
def read_inbox(actor: Actor) -> None:  # noqa: ARG001 - every job is told who acts
    inbox.poll()
