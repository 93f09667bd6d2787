"""Filling an empty install with Arbora, once."""

from datetime import date, timedelta

from django.utils import translation

from copse.base import database, facts, jobs
from copse.base.organisations.models import Desk
from copse.observatory import services as observatory
from copse.observatory.queries.months import month_after
from copse.project.demo import (
    assessments,
    council,
    country,
    keeping,
    law,
    observations,
    people,
    plan,
    stories,
    year,
)

MOVED = "The hotline asked for five more days, to finish the readings of the month first."


def fill() -> bool:
    """Make Arbora; says whether there was anything to do. An install with a desk is left alone."""
    if Desk.objects.exists():
        return False
    with translation.override("en"):
        cast = people.make()
        country.directory(cast)
        country.bodies()
        year.fill(cast)
        plan.fill(cast)
        law.fill(cast)
        council.fill(cast)
        assessments.fill(cast)
        # Only now, since children were heard and answered.
        plan.sign(cast)
        publish(cast)
        # Last, since what these leave to do (mail, looks at pages) waits for the worker.
        stories.tell(cast)
        keeping.keep(cast)
    return True


def publish(cast: people.Cast) -> None:
    """Collect every fact, publish the last twelve full months, announce the next and move its day."""
    observations.tally(cast)
    facts.collect_all()
    jobs.drain()
    observations.fill(cast)
    assessments.raise_levels(cast)
    plan.publish(cast)
    jobs.drain()
    hana = cast.actor("hana")
    with database.as_desk(hana.desk, hana.user_id):
        made = observatory.publish(actor=hana)
        running = month_after(made.last_month)
        on = date.fromisoformat(f"{month_after(running)}-10")
        observatory.announce(actor=hana, until=running, on=on)
        observatory.announce(actor=hana, until=running, on=on + timedelta(days=5), reason=MOVED)
