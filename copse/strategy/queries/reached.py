"""Which goals are on their way and which actions are shown by evidence, as it stood on a day."""

from collections import defaultdict
from datetime import date, timedelta

from copse.kit import indicators, periods
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.kit.stats.trend import Status
from copse.strategy.models import Document, Goal, Value
from copse.strategy.queries import progress
from copse.strategy.queries.counts import goals_on
from copse.strategy.queries.evidence import BRIEF, FRESH

GOING = (Status.REACHED, Status.ON_TRACK)


def due(day: date) -> list[Goal]:
    """The goals that have a target for a period which holds the day."""
    return [
        goal for goal in goals_on(day) if any(_holds(one.period, day) for one in goal.targets.all())
    ]


def on_track(day: date) -> list[Goal]:
    """Those of them that are reached or on track, by the values whose period was over by the day."""
    return [goal for goal in due(day) if progress.of_goal(goal, until=day).status in GOING]


def _holds(period: str, day: date) -> bool:
    return periods.first_day(period) <= day <= periods.last_day(period)


def shown(day: date) -> set[str]:
    """The actions of the brief with a number or a document that was fresh on a day."""
    values = defaultdict(list)
    for indicator, period in Value.objects.filter(breakdown={}, value__isnull=False).values_list(
        "indicator", "period"
    ):
        values[indicator].append(periods.last_day(period))
    documents = defaultdict(list)
    for one in Document.objects.filter(dated__lte=day):
        documents[one.brief_action].append(periods.months_after(one.dated, one.fresh_months))
    actions = [node.id for node in shipped()[BRIEF].of_kind(NodeKind.ACTION)]
    return {
        code
        for code in actions
        if any(day <= until for until in documents[code]) or _number(code, values, day)
    }


def _number(code: str, values: dict[str, list[date]], day: date) -> bool:
    return any(
        ended <= day <= ended + timedelta(FRESH[one.cadence])
        for one in indicators.catalogue().of_action(code)
        for ended in values[one.code]
    )
