"""Reading observations and the sheets they are made of."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Min, QuerySet

from copse.base import access, facts
from copse.base.access import Actor
from copse.base.facts import UnknownFact
from copse.kit import periods
from copse.kit.indicators import Counted, Indicator, Over, Status, catalogue
from copse.kit.indicators.computing import Keys
from copse.observatory.models import Observation, PlanText, Sheet
from copse.observatory.workflow import OBSERVATION, ObservationAction, ObservationStage

TOLD = (ObservationStage.APPROVED, ObservationStage.LOCKED)
Key = tuple[str, str, str]
# A number is fresh for its own cadence and as long again: time to collect, check and publish.
FRESH = {"monthly": 62, "quarterly": 184, "yearly": 731}


def sheets() -> QuerySet[Sheet]:
    """Every sheet that was received."""
    return Sheet.objects.all()


def uncounted() -> QuerySet[Sheet]:
    """The sheets that the indicators do not know of yet."""
    return Sheet.objects.filter(counted=False)


def first_months() -> dict[str, str]:
    """The month with which each fact began to be counted."""
    rows = Sheet.objects.values("fact").annotate(first=Min("period"))
    return {row["fact"]: row["first"] for row in rows}


def counted(names: Collection[str], months: Collection[str]) -> dict[str, Counted]:
    """Facts with the cells of some months, those of several desks added up."""
    found: dict[str, dict[str, dict[Keys, int]]] = {}
    dimensions: dict[str, tuple[str, ...]] = {}
    rows = Sheet.objects.filter(fact__in=names, period__in=months)
    for row in rows.only("fact", "period", "dimensions", "cells"):
        cells = found.setdefault(row.fact, {}).setdefault(row.period, {})
        dimensions[row.fact] = tuple(row.dimensions)
        for keys, number in row.cells:
            cells[tuple(keys)] = cells.get(tuple(keys), 0) + number
    return {
        name: Counted(over_of(name), dimensions[name], months, _bounds(name))
        for name, months in found.items()
    }


def over_of(name: str) -> Over:
    """Whether months of a fact add up, as the catalogue says or its room declares."""
    query = catalogue().queries.get(name.partition(".")[2])
    if query is not None and not name.startswith(("portal.", "hotline.")):
        return query.over
    return Over.FLOW


def _bounds(name: str) -> tuple[str, ...]:
    try:
        return facts.fact(name).bounds
    except UnknownFact:  # a desk of another install counts it
        return ()


def breakdown_key(breakdown: Mapping[str, str]) -> str:
    return json.dumps(breakdown, sort_keys=True)


def newest(
    codes: Collection[str], periods: Collection[str] | None = None
) -> dict[Key, Observation]:
    """The last vintage of each indicator, period and breakdown."""
    rows = Observation.objects.filter(indicator__in=codes)
    if periods is not None:
        rows = rows.filter(period__in=periods)
    return _newest(rows)


def _newest(rows: Iterable[Observation]) -> dict[Key, Observation]:
    found: dict[Key, Observation] = {}
    for row in rows:
        key = (row.indicator, row.period, breakdown_key(row.breakdown))
        if key not in found or found[key].vintage < row.vintage:
            found[key] = row
    return found


def told(codes: Collection[str] | None = None) -> list[Observation]:
    """What is approved or locked, by indicator and period."""
    rows = Observation.objects.filter(stage__in=TOLD)
    if codes is not None:
        rows = rows.filter(indicator__in=codes)
    return list(rows.order_by("indicator", "period"))


def locked_row(key: UUID) -> Observation:
    """One row, which nobody else may change until the transaction ends."""
    return Observation.objects.select_for_update().get(pk=key)


def approved(code: str, period: str) -> list[Observation]:
    """The approved values of a period, which nobody else may change until the transaction ends."""
    rows = Observation.objects.select_for_update().filter(indicator=code, period=period)
    return list(rows.filter(stage=ObservationStage.APPROVED))


def standing_beside(one: Observation) -> list[Observation]:
    """The older vintages of a value that still stand."""
    rows = Observation.objects.select_for_update().filter(
        indicator=one.indicator, period=one.period, breakdown=one.breakdown, stage__in=TOLD
    )
    return list(rows.filter(vintage__lt=one.vintage))


def periods_of(code: str) -> set[str]:
    """The periods for which an indicator has any value."""
    return set(Observation.objects.filter(indicator=code).values_list("period", flat=True))


def periods_known() -> dict[str, set[date]]:
    """The last days of the periods for which each indicator has an approved value as a whole."""
    rows = Observation.objects.filter(stage__in=TOLD, status=Status.KNOWN, breakdown={})
    found: dict[str, set[date]] = {}
    for code, period in rows.values_list("indicator", "period"):
        found.setdefault(code, set()).add(periods.last_day(period))
    return found


def whole() -> list[Observation]:
    """What is approved or locked of each indicator as a whole."""
    return list(Observation.objects.filter(stage__in=TOLD, breakdown={}))


def pending() -> set[str]:
    """The indicators with a number that waits to be checked."""
    rows = Observation.objects.filter(stage=ObservationStage.SUBMITTED)
    return set(rows.values_list("indicator", flat=True))


def vintages(code: str) -> list[Observation]:
    """Every vintage of an indicator, the newest period first."""
    rows = Observation.objects.filter(indicator=code)
    return sorted(rows, key=lambda one: (periods.last_day(one.period), one.vintage), reverse=True)


def by_key(key: UUID) -> Observation | None:
    """One row by its id."""
    return Observation.objects.filter(pk=key).first()


def open_to(viewer: Actor, action: ObservationAction, one: Observation, of: Indicator) -> bool:
    """Whether a step is open, and this person may take it."""
    if action == ObservationAction.REVISE and not of.waiting:
        return False
    return OBSERVATION.allows(one.stage, action) and bool(access.may(viewer, action, one))


def unsent() -> list[Observation]:
    """What is approved or locked and was not told to the strategy room yet."""
    return list(Observation.objects.filter(stage__in=TOLD, sent=False))


def plan_texts() -> list[PlanText]:
    """The newest text of each desk's plan."""
    return list(PlanText.objects.order_by("-taken_on"))
