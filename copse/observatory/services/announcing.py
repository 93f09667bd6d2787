"""The release calendar: a date is told ahead and everybody sees when it moves."""

from datetime import date

from django.utils import timezone

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.observatory.models import Announcement
from copse.observatory.queries.months import month_after, months_to
from copse.observatory.workflow import Action


class BadDate(InputError):  # noqa: N818 - named for the state
    """The date cannot be announced for these months."""

    code = "bad-date"


def announce(*, actor: Actor, until: str, on: date) -> Announcement:
    """Tell the public on which day the release that ends with `until` will come out.

    A later announcement for the same month moves the date; the earlier one stays to be seen.
    Raises `BadDate` for a day that is not ahead, or on which the month would still run.
    """
    access.require(actor, Action.ANNOUNCE)
    until = months_to(until, 1)[0]
    today = timezone.now().date()
    if on <= today:
        raise BadDate("Choose a day that is still to come: a date is told ahead.")
    if on < date.fromisoformat(f"{month_after(until)}-01"):
        raise BadDate(f"{until} would not be over on that day. Choose a day in a later month.")
    made = Announcement(last_month=until, on=on)
    made.save(force_insert=True)
    audit.record(actor, Action.ANNOUNCE, made, last=until, on=f"{on:%Y-%m-%d}")
    return made
