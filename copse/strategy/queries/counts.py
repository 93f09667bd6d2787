"""What the strategy room holds on the last day of a month, and what happened in one.

Rows that carry dates are counted as they stood on the day. Nothing here names a person.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Count

from copse.base.facts import Keys
from copse.strategy.models import BudgetLine, Decision, Goal, Measure, Owner, Seat, Strategy
from copse.strategy.queries import plan
from copse.strategy.workflow import ActionStage, DecisionStage, StrategyStage

Counts = Iterable[tuple[Keys, int]]
SIGNED = (StrategyStage.APPROVED, StrategyStage.CLOSED)
NO_GROUP = ""


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def last_days(since: date, until: date) -> Iterator[date]:
    """The last day of each month from `since` to before `until`."""
    first = since.replace(day=1)
    while first < until:
        after = (first + timedelta(days=32)).replace(day=1)
        yield after - timedelta(days=1)
        first = after


def area(brief_action: str) -> str:
    """The area of the brief that an action stands in: REP for REP-1."""
    return brief_action.rpartition("-")[0]


def plans() -> list[Strategy]:
    """Every signed plan with its goals and their targets, the newest first."""
    found = Strategy.objects.filter(stage__in=SIGNED).order_by("-first_day")
    return list(found.prefetch_related("goals__targets"))


def goals_on(day: date, plans: Iterable[Strategy]) -> list[Goal]:
    """The goals of the signed plan whose years held the day: a signed plan's goals do not change.

    When a plan was closed early is not kept.
    """
    for one in plans:
        if one.signed_on and one.signed_on <= day and one.first_day <= day <= one.last_day:
            return list(one.goals.all())
    return []


def measures_now() -> list[Measure]:
    """The measures of the plan that counts today, stopped ones left out."""
    strategy = plan.running()
    if strategy is None or strategy.stage != StrategyStage.APPROVED:
        return []
    found = Measure.objects.filter(goal__strategy=strategy).exclude(stage=ActionStage.STOPPED)
    return list(found.prefetch_related("owners", "budget"))


def money_now() -> list[tuple[str, BudgetLine]]:
    """The budget lines of the plan that counts today, each with the brief's action it is for.

    Only those in the currency of most lines: currencies are never added up. What is left out here
    stands on the measure's own page.
    """
    currency = _main_currency()
    return [
        (measure.brief_action, line)
        for measure in measures_now()
        for line in measure.budget.all()
        if line.currency == currency
    ]


def _main_currency() -> str:
    found = BudgetLine.objects.values("currency").annotate(number=Count("id"))
    first = found.order_by("-number", "currency").first()
    return first["currency"] if first else ""


def groups_of_bodies() -> dict[str, str]:
    """The group of the brief that each organisation speaks for: its seat's, else its part's."""
    parts = Owner.objects.order_by("group").values_list("organisation_id", "group")
    seats = Seat.objects.exclude(organisation_id=None).order_by("since")
    found = {str(body): group for body, group in parts}
    found |= {str(body): group for body, group in seats.values_list("organisation_id", "group")}
    return found


def decisions() -> list[Decision]:
    """Every decision with its meeting. When one was dropped is not kept, so those are left out."""
    return list(Decision.objects.exclude(stage=DecisionStage.DROPPED).select_related("meeting"))


def decisions_overdue(day: date, decisions: Iterable[Decision]) -> list[Decision]:
    """Those that were past their day on a day, and still open."""
    return [
        one
        for one in decisions
        if one.due < day
        and (one.done_on is None or one.done_on > day)
        and one.meeting.held_on <= day
    ]
