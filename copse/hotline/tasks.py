"""Work by the clock."""

from uuid import UUID

from copse.base import jobs
from copse.base.access import Actor
from copse.hotline.services import alerts, checks, concerns, notices, retention, tracing

# The daily sweep of `base.organisations` asks who keeps what; these are the hotline's classes.
retention.declare()


@jobs.task(concerns.REMIND)
def alert(actor: Actor) -> None:
    alerts.remind(actor=actor)


@jobs.every("hotline.remind", cron="*/15 * * * *", room="hotline")
def remind(actor: Actor) -> None:
    alerts.remind(actor=actor)


@jobs.task("hotline.trace", transaction=False)
def trace(actor: Actor, material: str) -> None:
    tracing.trace(actor=actor, material=UUID(material))


@jobs.task("hotline.send_notices")
def send_notices(actor: Actor, email: str) -> None:
    notices.send_waiting(actor=actor, email=email)


@jobs.task("hotline.pass_up")
def pass_up(actor: Actor, notice: str) -> None:
    notices.disowned(actor=actor, notice=UUID(notice))


@jobs.every("hotline.remind_providers", cron="*/10 * * * *", room="hotline")
def remind_providers(actor: Actor) -> None:
    notices.remind(actor=actor)


@jobs.task("hotline.recheck", transaction=False)
def recheck(actor: Actor, material: str) -> None:
    checks.look(actor=actor, material=UUID(material))


@jobs.every("hotline.recheck_due", cron="*/5 * * * *", room="hotline")
def recheck_due(actor: Actor) -> None:
    checks.ask_due(actor=actor)
