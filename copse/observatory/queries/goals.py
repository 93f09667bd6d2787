"""How the goals of a published plan go, from what may be told of their indicators.

A pure function of the plan's text and the values told, so that a release and the strategy desk,
which both use `copse.kit.stats.trend`, say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from copse.kit import periods
from copse.kit.indicators import catalogue
from copse.kit.stats.trend import Point, Progress, Status, progress

METHOD = "theil-sen/0.9"
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Seen:
    """A value of an indicator as a whole, as it is told."""

    indicator: str
    period: str
    value: Decimal


def goals(body: Mapping[str, Any], seen: Iterable[Seen]) -> list[dict[str, Any]]:
    """The goals of a plan's text, each with its status; what is not known says so."""
    by_indicator: dict[str, list[Seen]] = {}
    for one in seen:
        by_indicator.setdefault(one.indicator, []).append(one)
    return [_goal(goal, by_indicator.get(goal["indicator"], [])) for goal in body.get("goals", ())]


def _goal(goal: Mapping[str, Any], seen: list[Seen]) -> dict[str, Any]:
    found = _progress(goal, seen)
    newest = max(seen, key=lambda one: periods.last_day(one.period), default=None)
    return {
        "code": goal["code"], "indicator": goal["indicator"], "status": str(found.status),
        "latest": _text(newest.value) if newest and found.latest else None,
        "latest_period": newest.period if newest and found.latest else None,
        "expected": _number(found.expected),
        "forecast": _number(found.forecast.value) if found.forecast else None,
        "forecast_day": found.forecast.day.isoformat() if found.forecast else None,
        "method": METHOD,
    }  # fmt: skip


def _progress(goal: Mapping[str, Any], seen: list[Seen]) -> Progress:
    if goal["indicator"] not in catalogue():
        return Progress(Status.NOT_KNOWN)
    baseline = None
    if goal.get("baseline") is not None and goal.get("baseline_period"):
        baseline = _point(goal["baseline_period"], goal["baseline"])
    targets = [
        _point(one["period"], one["value"])
        for one in goal.get("targets", ())
        if one.get("value") is not None
    ]
    return progress(
        [_point(one.period, one.value) for one in seen],
        baseline=baseline,
        targets=targets,
        rising=catalogue()[goal["indicator"]].rising,
        most=catalogue()[goal["indicator"]].most,
    )


def _point(period: str, value: Any) -> Point:
    return Point(periods.last_day(period), float(Decimal(value)))


def _number(value: float | None) -> str | None:
    return None if value is None else _text(Decimal(value).quantize(PLACES))


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
