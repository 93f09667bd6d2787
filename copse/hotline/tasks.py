"""Work by the clock."""

from copse.base import jobs
from copse.base.access import Actor
from copse.hotline.services import alerts, concerns


@jobs.task(concerns.REMIND)
def alert(actor: Actor) -> None:
    alerts.remind(actor=actor)


@jobs.every("hotline.remind", cron="*/15 * * * *", room="hotline")
def remind(actor: Actor) -> None:
    alerts.remind(actor=actor)
