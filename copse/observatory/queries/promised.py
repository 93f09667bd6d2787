"""The release calendar: the days that were told, which of them moved and why, and what is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Exists, OuterRef
from django.utils import timezone

from copse.kit import periods
from copse.observatory.models import Announcement, Release
from copse.observatory.queries.months import months_to
from copse.observatory.queries.page import month_name

BACK, AHEAD = 6, 12


@dataclass(frozen=True)
class Move:
    """A day that was taken back: which, when the public was told, and why."""

    was: date
    told_on: date
    reason: str


@dataclass(frozen=True)
class Coming:
    """A release to come as everybody reads it; `late` once its day is over without it."""

    last_month: str
    on: date
    late: bool
    moves: tuple[Move, ...]

    @property
    def month(self) -> str:
        return month_name(self.last_month)


def coming() -> tuple[Coming, ...]:
    """What is still to come out, by day: the last word on each month that no release reaches yet."""
    reaches = Release.objects.filter(last_month__gte=OuterRef("last_month"))
    told: dict[str, list[Announcement]] = {}
    for one in Announcement.objects.filter(~Exists(reaches)).order_by("announced_at"):
        told.setdefault(one.last_month, []).append(one)
    return tuple(sorted(map(_coming, told.values()), key=lambda one: (one.on, one.last_month)))


def _coming(told: Sequence[Announcement]) -> Coming:
    last = told[-1]
    moves = tuple(
        Move(before.on, timezone.localdate(after.announced_at), after.reason)
        for before, after in pairwise(told)
    )
    return Coming(last.last_month, last.on, last.on < timezone.localdate(), moves)


def announced(last_month: str) -> list[Announcement]:
    """Every day that was told for a month, the first one first."""
    return list(Announcement.objects.filter(last_month=last_month).order_by("announced_at"))


def is_out(last_month: str) -> bool:
    """Whether the numbers up to a month are public: a release ends with it or with a later one."""
    return Release.objects.filter(last_month__gte=last_month).exists()


def months_to_come() -> list[tuple[str, str]]:
    """The months that a release can be announced for, the nearest first; none of them is out."""
    last = f"{periods.months_after(timezone.localdate(), AHEAD):%Y-%m}"
    out = Release.objects.order_by("-last_month").values_list("last_month", flat=True).first()
    months = months_to(last, BACK + 1 + AHEAD)
    return [(one, month_name(one)) for one in months if one > (out or "")]
