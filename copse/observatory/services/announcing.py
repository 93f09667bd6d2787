"""The release calendar: a day is told ahead, and everybody sees when it moves, and why."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit import periods
from copse.kit.errors import InputError
from copse.observatory import queries
from copse.observatory.models import Announcement
from copse.observatory.queries.months import months_to
from copse.observatory.queries.page import month_name
from copse.observatory.workflow import Action


class BadDate(InputError):  # noqa: N818 - named for the state
    """The day cannot be told for this month, or not moved like this."""

    code = "bad-date"


def announce(*, actor: Actor, until: str, on: date, reason: str = "") -> Announcement:
    """Tell the public on which day the release that ends with `until` will come out.

    Where a day was told before it moves: the earlier one stays to be seen, and everybody reads
    the `reason`. Raises `BadDate` for a month that is out, a day that is not ahead or on which the
    month would still run, and a move without a reason.
    """
    access.require(actor, Action.ANNOUNCE)
    until = months_to(until, 1)[0]
    # Two who announce at once would both be the first, and a release may come out meanwhile.
    queries.lock_releases()
    _check_day(until, on)
    told = queries.announced(until)
    _check_reason(told, on, reason)
    made = Announcement(last_month=until, on=on, reason=reason)
    made.save(force_insert=True)
    was = {"was": told[-1].on.isoformat()} if told else {}
    audit.record(actor, Action.ANNOUNCE, made, last=until, on=on.isoformat(), **was)
    return made


def _check_day(until: str, on: date) -> None:
    month = {"month": month_name(until)}
    if queries.is_out(until):
        sentence = _("The numbers up to %(month)s are out already. Choose a later month.")
        raise BadDate(sentence % month, field="until")
    if on <= timezone.localdate():
        sentence = _("Choose a day that is still to come: a date is told ahead.")
        raise BadDate(sentence, field="on")
    if on <= periods.last_day(until):
        sentence = _("%(month)s would not be over on that day. Choose a day in a later month.")
        raise BadDate(sentence % month, field="on")


def _check_reason(told: Sequence[Announcement], on: date, reason: str) -> None:
    if not told:
        if reason:
            sentence = _("No day was told for this month, so none moves. Leave this empty.")
            raise BadDate(sentence, field="reason")
        return
    if told[-1].on == on:
        raise BadDate(_("That day was told already. Choose another one."), field="on")
    if not reason.strip():
        sentence = _("The public was told %(day)s. Say why that moves.")
        raise BadDate(sentence % {"day": date_format(told[-1].on, "j F Y")}, field="reason")
