from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.kit.errors import InputError

MONTHS = 12


def months_to(last: str, number: int = MONTHS) -> list[str]:
    """The months up to `last`. Raises `InputError` for what is not a month."""
    try:
        end = date.fromisoformat(f"{last}-01")
    except ValueError:
        raise InputError(_("Write the month as year and month, such as 2026-10.")) from None
    index = end.year * 12 + end.month - 1
    return [month_at(at) for at in range(index - number + 1, index + 1)]


def month_at(index: int) -> str:
    """The month so many months after the year 0 began."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def month_after(month: str) -> str:
    """The month that follows one."""
    return month_at(int(month[:4]) * 12 + int(month[5:]))


def last_full_month(today: date | None = None) -> str:
    """The month before this one.

    A month that still runs, published twice, shows its single reports to whoever compares.
    """
    now = today or timezone.localdate()
    return month_at(now.year * 12 + now.month - 2)
