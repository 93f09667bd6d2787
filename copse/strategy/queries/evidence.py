"""The three kinds of evidence beside an action of the brief, and what they add up to.

Operational: a room of this install does it. Computed: an indicator read from the desks, with its
age. Tracked: a document with a date. Green needs evidence younger than its cadence, because a
number of three years ago shows what was, not what is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto

from django.http import Http404
from django.utils import timezone

from copse.base.organisations.queries import desks_in
from copse.kit import indicators, periods
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Node, NodeKind
from copse.kit.indicators import Indicator
from copse.strategy.models import Document, Measure, Value
from copse.strategy.queries import plan
from copse.strategy.workflow import ActionStage

BRIEF = "itu-brief"
# A number is fresh for its own cadence and as long again: time to collect, check and publish.
FRESH = {"monthly": 62, "quarterly": 184, "yearly": 731}
# They work without a desk of their own.
DESKLESS = ("portal",)


class Standing(StrEnum):
    """What the evidence of an action adds up to."""

    SHOWN = auto()
    """Something fresh shows it, and nothing of it is late."""
    OLD = auto()
    """What shows it has grown old."""
    LATE = auto()
    """A measure under it is past its day."""
    UNSHOWN = auto()
    """It is planned or a room does it, and nothing shows yet that it works."""
    NOTHING = auto()
    """Nobody does it and nothing is planned."""


@dataclass(frozen=True)
class Computed:
    """An indicator of the action with its newest value, if there is one."""

    indicator: Indicator
    value: Value | None
    fresh: bool


@dataclass(frozen=True)
class Tracked:
    """A document, and until when it counts as fresh."""

    document: Document
    until: date
    fresh: bool


@dataclass(frozen=True)
class Evidence:
    """All that can be said about one action of the brief."""

    node: Node
    rooms: tuple[str, ...]
    working: tuple[str, ...]
    computed: tuple[Computed, ...]
    tracked: tuple[Tracked, ...]
    measures: tuple[Measure, ...]
    standing: Standing


def actions() -> list[Node]:
    """The 44 actions of the brief and our two additions, in its order."""
    return list(shipped()[BRIEF].of_kind(NodeKind.ACTION, NodeKind.ADDITION))


def of_or_404(code: str) -> Evidence:
    """The evidence of one action. Raises `Http404`."""
    if code not in {one.id for one in actions()}:
        raise Http404
    return of(code)


def by_area() -> list[tuple[Node, list[Evidence]]]:
    """Every action with its evidence, under the area that the brief puts it in."""
    brief = shipped()[BRIEF]
    areas: dict[str, list[Evidence]] = {}
    for one in actions():
        areas.setdefault(one.parent or one.id, []).append(of(one.id))
    return [(brief[area], found) for area, found in areas.items()]


def of(code: str, today: date | None = None) -> Evidence:
    """The evidence of one action. Raises `UnknownNode`."""
    day = today or timezone.localdate()
    node = shipped()[BRIEF][code]
    measures = tuple(plan.measures_of(code))
    computed = computed_of(code, day)
    tracked = tuple(_tracked(one, day) for one in Document.objects.filter(brief_action=code))
    working = tuple(room for room in node.rooms if _works(room))
    standing = _standing(working, computed, tracked, measures, day)
    return Evidence(node, tuple(node.rooms), working, computed, tracked, measures, standing)


def computed_of(code: str, day: date) -> tuple[Computed, ...]:
    """The indicators of one action, each with its newest value and whether that is fresh."""
    return tuple(_computed(one, day) for one in indicators.catalogue().of_action(code))


def _works(room: str) -> bool:
    return room in DESKLESS or bool(desks_in(room))


def _computed(indicator: Indicator, today: date) -> Computed:
    newest = next(iter(plan.latest_values(indicator.code)), None)
    if newest is None:
        return Computed(indicator, None, fresh=False)
    until = periods.last_day(newest.period) + timedelta(FRESH[indicator.cadence])
    return Computed(indicator, newest, fresh=today <= until)


def _tracked(document: Document, today: date) -> Tracked:
    until = periods.months_after(document.dated, document.fresh_months)
    return Tracked(document, until, fresh=today <= until)


def _standing(
    working: tuple[str, ...], computed: tuple[Computed, ...], tracked: tuple[Tracked, ...],
    measures: tuple[Measure, ...], today: date,
) -> Standing:  # fmt: skip
    over = (ActionStage.DONE, ActionStage.STOPPED)
    if any(one.due < today and one.stage not in over for one in measures):
        return Standing.LATE
    shown = [one for one in computed if one.value is not None]
    if any(one.fresh for one in shown) or any(one.fresh for one in tracked):
        return Standing.SHOWN
    if shown or tracked:
        return Standing.OLD
    live = [one for one in measures if one.stage != ActionStage.STOPPED]
    return Standing.UNSHOWN if working or live else Standing.NOTHING
