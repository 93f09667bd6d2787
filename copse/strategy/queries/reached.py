"""Which goals are on their way and which actions are shown by evidence, as it stood on a day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from copse.kit import indicators, periods
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.kit.stats.trend import Status
from copse.strategy.models import Document, Goal, Strategy, Value
from copse.strategy.queries import progress
from copse.strategy.queries.counts import goals_on
from copse.strategy.queries.evidence import BRIEF, FRESH

Numbers = dict[str, list[date]]
GOING = (Status.REACHED, Status.ON_TRACK)


def due(day: date, plans: Iterable[Strategy]) -> list[Goal]:
    """The goals whose path from a baseline to a target asks for a value on the day."""
    return [goal for goal in goals_on(day, plans) if _asked(goal, day)]


def _asked(goal: Goal, day: date) -> bool:
    if goal.baseline is None or not goal.baseline_period:
        return False
    ends = [periods.last_day(one.period) for one in goal.targets.all() if not one.breakdown]
    return any(periods.last_day(goal.baseline_period) < day <= end for end in ends)


def on_track(day: date, plans: Iterable[Strategy]) -> list[Goal]:
    """Those that are reached or on track, by the values whose period was over by the day."""
    return [goal for goal in due(day, plans) if progress.of_goal(goal, until=day).status in GOING]


def numbers() -> Numbers:
    """The last days of the periods for which each indicator has a value."""
    found: Numbers = defaultdict(list)
    known = Value.objects.filter(breakdown={}, value__isnull=False)
    for indicator, period in known.values_list("indicator", "period"):
        found[indicator].append(periods.last_day(period))
    return found


def documents() -> list[Document]:
    """Every document that is tracked."""
    return list(Document.objects.all())


def shown(day: date, numbers: Numbers, documents: Iterable[Document]) -> set[str]:
    """The actions of the brief with a number or a document that was fresh on a day."""
    fresh = {
        one.brief_action
        for one in documents
        if one.dated <= day <= periods.months_after(one.dated, one.fresh_months)
    }
    actions = [node.id for node in shipped()[BRIEF].of_kind(NodeKind.ACTION)]
    return {code for code in actions if code in fresh or _number(code, numbers, day)}


def _number(code: str, numbers: Numbers, day: date) -> bool:
    return any(
        ended <= day <= ended + timedelta(FRESH[one.cadence])
        for one in indicators.catalogue().of_action(code)
        for ended in numbers.get(one.code, ())
    )
