"""The nightly job: every room with facts sends its sheets to the observatory."""

from copse.base import jobs
from copse.base.access import Actor
from copse.base.facts import collecting
from copse.base.facts.registry import rooms

# After midnight, so that yesterday is complete; the observatory computes and reads after that.
NIGHTLY = "20 2 * * 1-6"
WEEKLY = "20 2 * * 0"


def newest(actor: Actor) -> None:  # noqa: ARG001 - the runner has opened the actor's desk
    collecting.collect(months=collecting.NEWEST)


def year(actor: Actor) -> None:  # noqa: ARG001 - the runner has opened the actor's desk
    collecting.collect()


def register() -> None:
    """Schedule the collection for each room that declares facts."""
    for room in rooms():
        jobs.every(f"facts.collect.{room}", cron=NIGHTLY, room=room)(newest)
        jobs.every(f"facts.collect-year.{room}", cron=WEEKLY, room=room)(year)
