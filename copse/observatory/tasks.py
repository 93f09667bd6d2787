"""Work by the clock, and the attack on a release that somebody means to publish."""

from uuid import UUID

from copse.base import jobs
from copse.base.access import Actor
from copse.observatory.services import examining, indicators, values

# Rooms collect at 02:20; their sheets are here long before this.
NIGHTLY = "0 3 * * *"


@jobs.every("observatory.recompute", cron=NIGHTLY, room="observatory")
def recompute(actor: Actor) -> None:
    """Work out what the night's sheets touch, and tell the strategy room."""
    indicators.recompute(actor=actor)
    values.send(actor=actor)


@jobs.task("observatory.attack", transaction=False)
def attack(actor: Actor, examination: str) -> None:
    examining.attack(actor=actor, examination=UUID(examination))
