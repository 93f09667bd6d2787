"""Work of the portal that nobody presses a button for."""

from copse.base import jobs
from copse.base.access import Actor
from copse.portal import services
from copse.portal.services import retention

# The daily sweep of `base.organisations` asks who keeps what; this is the portal's.
retention.declare()


@jobs.every("portal.purge", cron="*/5 * * * *", room="portal")
def purge(actor: Actor) -> None:  # noqa: ARG001 - every job is told who acts
    services.purge()
