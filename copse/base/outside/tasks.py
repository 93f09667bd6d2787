"""Work of the outside that nobody presses a button for."""

from copse.base import jobs
from copse.base.access import Actor
from copse.base.outside import inbox


# The portal has no desk, so this runs once; the listeners open the desks they know.
@jobs.every("outside.inbox", cron="* * * * *", room="portal", transaction=False)
def read_inbox(actor: Actor) -> None:  # noqa: ARG001 - every job is told who acts
    inbox.poll()
