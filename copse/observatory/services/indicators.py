"""Working the indicators out from the sheets: only what new sheets touch, every vintage kept.

A computed value that has all its months is approved as it is made, because nobody's hand was in it
(ADR 0096). A value that differs from one already approved or locked becomes a new vintage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit import periods
from copse.kit.indicators import Counted, Indicator, Over, Result, Status, catalogue, compute
from copse.kit.indicators.computing import Breakdown, cadence_of
from copse.observatory.models import Observation, Origin
from copse.observatory.queries import observations as queries
from copse.observatory.queries.months import last_full_month, month_after
from copse.observatory.workflow import OBSERVATION, ObservationAction, ObservationStage

# The name of the lock among the database's advisory ones.
COMPUTING = 0x0B5E_0002
Periods = dict[str, tuple[str, ...]]


@dataclass
class Made:
    """What one run changed."""

    new: int = 0
    revised: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.revised)


def recompute(*, actor: Actor, everything: bool = False) -> Made:
    """Work out each indicator that sheets received since the last time touch, or all of them."""
    access.require(actor, ObservationAction.COMPUTE)
    _lock()
    touched = _touched(everything=everything)
    if not touched:
        return Made()
    wanted = _wanted(touched)
    made = _Run(actor, wanted).made if wanted else Made()
    queries.uncounted().update(counted=True)
    audit.record(
        actor, ObservationAction.COMPUTE, actor.desk.id, new=made.new, revised=made.revised
    )
    return made


def _lock() -> None:
    # Two runs at once would both make the next vintage.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COMPUTING])


def _touched(*, everything: bool) -> dict[str, set[str]]:
    """The months of each fact that must be looked at."""
    rows = queries.sheets() if everything else queries.uncounted()
    found: dict[str, set[str]] = {}
    for fact, month in rows.values_list("fact", "period"):
        found.setdefault(fact, set()).add(month)
    return found


def _wanted(touched: Mapping[str, set[str]]) -> Periods:
    """The periods of each indicator that the touched months lie in, those that are over."""
    first = queries.first_months()
    found: Periods = {}
    for one in catalogue():
        months = {month for fact in one.facts for month in touched.get(fact, ())}
        if months and not one.waiting:
            found[one.code] = tuple(_periods(one, months, first))
    return {code: periods for code, periods in found.items() if periods}


def _periods(one: Indicator, touched: set[str], first: Mapping[str, str]) -> Iterator[str]:
    every = cadence_of(one, (queries.over_of(fact) for fact in one.facts))
    begun = max((first[fact] for fact in one.facts if fact in first), default="")
    end = date.fromisoformat(f"{month_after(last_full_month())}-01")
    # A gap between two months that were counted is a period of its own that nobody touched.
    for period in sorted({periods.containing(day, every) for day in _days(touched, end)}):
        # Before a fact began to be counted there is nothing to miss.
        if periods.last_day(period) < end and _begins(one, period, begun):
            yield period


def _days(touched: set[str], end: date) -> Iterator[date]:
    month = min(touched)
    while (day := date.fromisoformat(f"{month}-01")) < end:
        yield day
        month = month_after(month)


def _begins(one: Indicator, period: str, begun: str) -> bool:
    months = periods.months(period)
    stock = all(queries.over_of(fact) == Over.STOCK for fact in one.facts)
    return (months[-1] if stock else months[0]) >= begun


class _Run:
    """One run: everything is read once, worked out, and written in three statements."""

    def __init__(self, actor: Actor, wanted: Periods) -> None:
        self.actor, self.now, self.made = actor, timezone.now(), Made()
        every = {period for found in wanted.values() for period in found}
        months = {month for period in every for month in periods.months(period)}
        indicators = [catalogue()[code] for code in wanted]
        names = {fact for one in indicators for fact in one.facts}
        self.facts = queries.counted(names, months)
        self.known = queries.newest(wanted, every)
        self.also = self._also()
        self.create: list[Observation] = []
        self.change: list[Observation] = []
        for one in indicators:
            for period in wanted[one.code]:
                self._period(one, period, self.facts)
        self._write()

    def _also(self) -> dict[tuple[str, str], set[Breakdown]]:
        found: dict[tuple[str, str], set[Breakdown]] = {}
        for row in self.known.values():
            found.setdefault((row.indicator, row.period), set()).add(tuple(row.breakdown.items()))
        return found

    def _period(self, one: Indicator, period: str, facts: Mapping[str, Counted]) -> None:
        for result in compute(one, period, facts, self.also.get((one.code, period), ())):
            key = (one.code, period, queries.breakdown_key(dict(result.breakdown)))
            old = self.known.get(key)
            if old is None:
                self.create.append(self._row(one, period, result, 1))
                self.made.new += 1
            elif _differs(old, result):
                self._replace(old, one, result)

    def _replace(self, old: Observation, one: Indicator, result: Result) -> None:
        if result.status == Status.ABSENT and old.stage in queries.TOLD:
            return  # what was known is not forgotten because a sheet is late
        if old.stage == ObservationStage.DRAFT and old.origin == Origin.COMPUTED:
            _fill(old, self._fields(result))
            self.change.append(old)
            self.made.new += 1
            return
        if old.stage in queries.TOLD:
            old.stage = OBSERVATION.after(old.stage, ObservationAction.REVISE)
            self.change.append(old)
        self.create.append(self._row(one, old.period, result, old.vintage + 1))
        self.made.revised += 1

    def _row(self, one: Indicator, period: str, result: Result, vintage: int) -> Observation:
        return Observation(
            desk_id=self.actor.desk.id, indicator=one.code, period=period,
            breakdown=dict(result.breakdown), vintage=vintage, origin=Origin.COMPUTED,
            **self._fields(result),
        )  # fmt: skip

    def _fields(self, result: Result) -> dict[str, Any]:
        whole = result.status != Status.ABSENT
        stage = OBSERVATION.initial
        if whole:
            stage = OBSERVATION.after(stage, ObservationAction.COMPUTE)
        return {
            "stage": stage, "status": result.status, "value": result.value,
            "numerator": result.numerator, "denominator": result.denominator,
            "note": ", ".join(result.missing), "made_at": self.now,
            "approved_at": self.now if whole else None, "sent": False,
        }  # fmt: skip

    def _write(self) -> None:
        fields = (
            "stage", "status", "value", "numerator", "denominator", "note", "made_at",
            "approved_at", "sent",
        )  # fmt: skip
        # The old vintages step back first.
        Observation.objects.bulk_update(self.change, fields, batch_size=500)
        Observation.objects.bulk_create(self.create, batch_size=1000)


def _fill(row: Observation, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _differs(old: Observation, result: Result) -> bool:
    return (old.status, old.value, old.numerator, old.denominator) != (
        result.status, result.value, result.numerator, result.denominator,
    )  # fmt: skip
