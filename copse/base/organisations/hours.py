"""Opening days in words: HSDS writes "MO,TU,WE", people say Monday to Wednesday."""

from collections.abc import Iterator

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Two days are named one by one; three and more are a stretch.
STRETCH = 3


def in_words(byday: str) -> str:
    """The days of a schedule in the reader's language."""
    days = sorted({CODES.index(code) for code in _codes(byday)})
    if len(days) == len(CODES):
        return _("Every day")
    return _(", ").join(_stretch(found) for found in _stretches(days))


def _codes(byday: str) -> list[str]:
    # "1MO", the first Monday of a month, is more than our weekly hours can say: it is a Monday.
    codes = [part.strip().upper()[-2:] for part in byday.split(",")]
    return [code for code in codes if code in CODES]


def _stretches(days: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for day in days:
        if run and day != run[-1] + 1:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _stretch(days: list[int]) -> str:
    names = [str(WEEKDAYS[day]) for day in days]
    if len(days) < STRETCH:
        return _(", ").join(names)
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
