"""Work by the clock."""

from copse.base import jobs
from copse.base.access import Actor
from copse.strategy.services import grounds, reopening


@jobs.every("strategy.law_day", cron="20 0 * * *", room="strategy")
def law_day(actor: Actor) -> None:
    """A day of commencement or repeal may have come: answers reopen, and the hotline is told."""
    reopening.by_the_clock(actor=actor)
    grounds.tell(actor=actor)
