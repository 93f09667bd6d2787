"""Whether a goal is on its way: where its indicator stands, should stand, and is heading.

Method (shown wherever a status is): the path runs straight from the baseline through the targets.
A value is *on track* when it has covered at least nine tenths of the way that the path asks for by
then. The forecast prolongs the median slope of the newest values (Theil and Sen), which one odd
month cannot bend.

    seen = [Point(date(2026, 3, 31), 40.0), Point(date(2026, 6, 30), 44.0)]
    progress(seen, baseline=Point(date(2025, 12, 31), 36.0),
             targets=[Point(date(2026, 12, 31), 52.0)], rising=True).status   # ON_TRACK
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from itertools import combinations, pairwise
from math import inf
from statistics import median

ENOUGH = 0.9
FEWEST = 3
NEWEST = 12


class Status(StrEnum):
    """What is said of a goal."""

    REACHED = auto()
    ON_TRACK = auto()
    BEHIND = auto()
    OFF_TRACK = auto()
    """No better than at the start, or worse."""
    NOT_KNOWN = auto()


@dataclass(frozen=True, order=True)
class Point:
    """A value on the day that its period ended."""

    day: date
    value: float


@dataclass(frozen=True)
class Progress:
    """`expected` is what the path asks for on the day of `latest`; `forecast` is for the last target.

    `forecast` is None with fewer than three values.
    """

    status: Status
    latest: Point | None = None
    expected: float | None = None
    forecast: Point | None = None


def progress(
    seen: Sequence[Point], *, baseline: Point | None, targets: Sequence[Point], rising: bool,
    most: float = inf,
) -> Progress:  # fmt: skip
    """Say how a goal goes.

    Args:
        seen: values in any order; those of the day of the baseline or before are left out.
        baseline: where it began; None makes the status unknown.
        targets: at least one, or the status is unknown.
        rising: whether more is better.
        most: what no value can exceed, such as 100 of a share; nothing falls below zero.
    """
    points = sorted(one for one in seen if baseline is None or one.day > baseline.day)
    latest = points[-1] if points else None
    if latest is None or baseline is None or not targets:
        return Progress(Status.NOT_KNOWN, latest)
    path = [baseline, *sorted(targets)]
    expected = _at(path, latest.day)
    status = _status(latest.value, expected, path, rising=rising)
    return Progress(status, latest, expected, forecast(points, path[-1].day, most=most))


def forecast(points: Sequence[Point], day: date, *, most: float = inf) -> Point | None:
    """Prolong the newest values to a day, within zero and `most`.

    None with fewer than three, or for a day that is past.
    """
    newest = sorted(points)[-NEWEST:]
    if len(newest) < FEWEST or day <= newest[-1].day:
        return None
    slope = median(
        (b.value - a.value) / (b.day - a.day).days
        for a, b in combinations(newest, 2) if b.day > a.day
    )  # fmt: skip
    # The line goes through the middle of the points, not through the last, which may be odd.
    level = median(one.value - slope * (one.day - newest[0].day).days for one in newest)
    return Point(day, min(max(level + slope * (day - newest[0].day).days, 0.0), most))


def _status(value: float, expected: float, path: Sequence[Point], *, rising: bool) -> Status:
    sign = 1 if rising else -1
    begun, wanted = path[0].value, path[-1].value
    if sign * (value - wanted) >= 0:
        return Status.REACHED
    gone, asked = sign * (value - begun), sign * (expected - begun)
    if gone >= ENOUGH * asked:
        return Status.ON_TRACK
    return Status.BEHIND if gone > 0 else Status.OFF_TRACK


def _at(path: Sequence[Point], day: date) -> float:
    """The path's height on a day; after its end it stays where it ended."""
    for a, b in pairwise(path):
        if a.day <= day <= b.day and a.day < b.day:
            part = (day - a.day).days / (b.day - a.day).days
            return a.value + part * (b.value - a.value)
    return path[-1].value
