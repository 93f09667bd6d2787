"""How the goals of the plan go, from the values that the observatory sent."""

from datetime import date

from copse.kit import indicators, periods
from copse.kit.stats.trend import Point, Progress, Status, progress
from copse.strategy.models import Goal
from copse.strategy.queries import plan


def of_goal(goal: Goal, *, until: date = date.max) -> Progress:
    """The status of a goal; not known without an indicator, a baseline, a target or a value.

    `until` leaves out the values of periods that were not over by then.
    """
    if goal.indicator not in indicators.catalogue():
        return Progress(Status.NOT_KNOWN)
    indicator = indicators.catalogue()[goal.indicator]
    seen = [
        Point(periods.last_day(one.period), float(one.value))
        for one in plan.latest_values(goal.indicator)
        if one.value is not None and periods.last_day(one.period) <= until
    ]
    targets = [
        Point(periods.last_day(one.period), float(one.value))
        for one in goal.targets.all()
        if not one.breakdown
    ]
    return progress(
        seen,
        baseline=_baseline(goal),
        targets=targets,
        rising=indicator.rising,
        most=indicator.most,
    )


def _baseline(goal: Goal) -> Point | None:
    if goal.baseline is None or not goal.baseline_period:
        return None
    return Point(periods.last_day(goal.baseline_period), float(goal.baseline))
